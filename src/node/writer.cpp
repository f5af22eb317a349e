// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/writer.hpp"

#include "base/check.hpp"
#include "base/plant.hpp"
#include "codec/tars.hpp"

namespace hanse::node {
namespace {

// The core has a window of undecided numbers and a few votes for each; only re-sent ones and views come on top.
constexpr std::size_t kJobsMax = 100'000;
constexpr auto kTryAgain = std::chrono::milliseconds(100);

std::vector<const Transaction*> plain(const std::vector<Body>& bodies) {
  std::vector<const Transaction*> out;
  out.reserve(bodies.size());
  for (const Body& body : bodies) out.push_back(body.get());
  return out;
}

}  // namespace

Writer::Writer(ledger::Ledger& ledger, Runtime& runtime, WriterCallbacks callbacks, Log log)
    : ledger_(ledger), callbacks_(std::move(callbacks)), log_(std::move(log)), jobs_(kJobsMax) {
  jobs_.start(runtime, LaneKind::writer, [this] { return turn(); });
}

Writer::~Writer() { jobs_.stop(); }

void Writer::write(WriteJob job) { CHECK(jobs_.push(std::move(job))); }

// With a block in it the batch is written first and synced after readers can see the block; without one, at once.
std::chrono::milliseconds Writer::turn() {
  if (!batch_) {
    std::vector<WriteJob> jobs;
    jobs_.take_all(jobs);
    if (jobs.empty()) return kUntilWoken;
    batch_ = batch_of(jobs);
  }
  const bool sync_after = !batch_->blocks.empty();
  if (!batch_->written) {
    if (PLANTED(shown_before_written) && sync_after) ledger_.publish();
    if (!write_rows(batch_->rows, batch_->sync && !sync_after)) return kTryAgain;
    batch_->written = true;
    if (sync_after) {
      ledger_.publish();
      callbacks_.published(batch_->blocks);
      return kAtOnce;
    }
  } else if (!write_rows({}, true)) {
    return kTryAgain;
  }
  finish(*batch_);
  batch_.reset();
  return kAtOnce;
}

Writer::Batch Writer::batch_of(const std::vector<WriteJob>& jobs) {
  Batch batch;
  for (const WriteJob& job : jobs) std::visit([&](const auto& one) { add(one, batch); }, job);
  return batch;
}

void Writer::add(const WriteRecord& job, Batch& batch) {
  ledger_.log().add(batch.rows, job.record);
  if (job.record.number && !PLANTED(bodies_not_durable))
    ledger_.log().add_bodies(batch.rows, *job.record.number, job.payload_hash, plain(job.bodies));
  batch.ticket = job.ticket;
  batch.sync = true;
}

void Writer::add(const WriteBlock& job, Batch& batch) {
  const ExecutedProposal& executed = *job.executed;
  if (PLANTED(append_in_two)) {
    kv::WriteBatch records;
    ledger_.log().erase_up_to(records, executed.block.header.number);
    write_rows(records, true);
  }
  const auto transactions = plain(executed.bodies);
  ledger_.add(batch.rows, {executed.block.header, executed.block.header_hash, executed.proposal, executed.hash,
                           job.certificate, transactions, executed.block.run, executed.block.receipts,
                           *executed.block.diff, executed.block.next_config});
  if (job.ticket != 0) batch.ticket = job.ticket;
  batch.blocks.push_back(job.executed);
  batch.sync = true;
}

void Writer::add(const WriteHeaderSignatures& job, Batch& batch) {
  batch.rows.put(ledger::key_of(ledger::Tag::header_signatures, job.number), tars::encode(job.signatures));
}

void Writer::finish(const Batch& batch) {
  const BlockNumber appended = batch.blocks.empty() ? 0 : batch.blocks.back()->block.header.number;
  if (batch.ticket != 0 || appended != 0) callbacks_.durable(batch.ticket, appended);
}

bool Writer::write_rows(const kv::WriteBatch& rows, bool sync) {
  const auto written = ledger_.write(rows, sync);
  if (!written && !failing_)
    log_.error("the disk refuses a write, trying again until it succeeds: {}", written.error().text);
  if (written && failing_) log_.warn("the disk takes writes again");
  if (written.has_value() == failing_) callbacks_.failing(written ? std::string() : written.error().text);
  failing_ = !written;
  if (PLANTED(refused_write_forgotten) && !rows.entries.empty()) return true;
  if (PLANTED(failed_sync_forgotten) && rows.entries.empty()) return true;
  return written.has_value();
}

}  // namespace hanse::node
