// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/partition.hpp"

#include <algorithm>
#include <numeric>

#include "storage/state/flat_map.hpp"

namespace hanse::executor {
namespace {

constexpr BlockNumber kRememberedBlocks = 1024;
constexpr std::size_t kRememberedMax = 4096;      // contracts
constexpr int kWrongMax = 10;                     // 2^10 blocks without a guess at most
constexpr std::size_t kSelector = 4, kWord = 32, kWordsRead = 4;

// Sets of parties that appear together in some transaction.
class Parties {
 public:
  explicit Parties(std::size_t count) {
    indices_.reserve(count);
    joined_.reserve(count);
  }
  std::uint32_t of(const Address& address) {
    const std::uint32_t known = indices_.find(address);
    if (known != state::kAbsent) return root(known);
    joined_.push_back(static_cast<std::uint32_t>(joined_.size()));
    return indices_.insert(address, 0);
  }
  void join(std::uint32_t a, std::uint32_t b) { joined_[root(b)] = root(a); }
  std::uint32_t root(std::uint32_t party) {
    while (joined_[party] != party) party = joined_[party] = joined_[joined_[party]];
    return party;
  }
  std::size_t size() const { return joined_.size(); }

 private:
  state::FlatMap<Address, std::uint32_t> indices_;   // an entry's index is the party's number
  std::vector<std::uint32_t> joined_;
};

// A word of the ABI that is an address: twelve zeros, and too large for an amount or an offset that anybody would pass.
std::optional<Address> named_in(BytesView word) {
  if (std::ranges::any_of(word.first(12), [](std::uint8_t byte) { return byte != 0; })) return std::nullopt;
  if (std::ranges::all_of(word.subspan(12, 8), [](std::uint8_t byte) { return byte == 0; })) return std::nullopt;
  Address address;
  std::ranges::copy(word.last(20), address.bytes.begin());
  return address;
}

std::uint32_t parties_of(const Transaction& tx, Parties& parties, const Contention& contention, BlockNumber number, const Declared& declared) {
  const std::uint32_t sender = parties.of(tx.sender);
  if (!tx.to) return sender;
  if (tx.input.empty() || !tx.value.is_zero() || contention.meets_in(*tx.to, number)) parties.join(sender, parties.of(*tx.to));
  if (const auto meetings = declared(tx)) {
    for (const Meeting& meeting : *meetings) parties.join(sender, parties.of(meeting));
    return sender;
  }
  for (std::size_t word = 0; word < kWordsRead && kSelector + (word + 1) * kWord <= tx.input.size(); ++word)
    if (const auto named = named_in(BytesView(tx.input).subspan(kSelector + word * kWord, kWord)))
      parties.join(sender, parties.of(*named));
  return sender;
}

}  // namespace

bool Contention::meets_in(const Address& contract, BlockNumber number) const {
  if (meets_in_.empty()) return false;
  const auto known = meets_in_.find(contract);
  return known != meets_in_.end() && number < known->second;
}

void Contention::guessed_wrong(BlockNumber number, std::optional<Address> met_in) {
  std::erase_if(meets_in_, [&](const auto& one) { return one.second <= number; });
  if (met_in && meets_in_.size() < kRememberedMax) meets_in_[*met_in] = number + kRememberedBlocks;
  again_at_ = number + (BlockNumber{1} << wrong_);
  wrong_ = std::min(wrong_ + 1, kWrongMax);
}

std::vector<std::vector<std::uint32_t>> partition(std::span<const Transaction* const> transactions, std::size_t parts_max,
                                                  const Contention& contention, BlockNumber number, const Declared& declared) {
  Parties parties(2 * transactions.size());
  std::vector<std::uint32_t> party_of(transactions.size());
  for (std::size_t place = 0; place < transactions.size(); ++place)
    party_of[place] = parties_of(*transactions[place], parties, contention, number, declared);
  std::vector<std::uint32_t> sizes(parties.size());
  for (std::uint32_t& party : party_of) ++sizes[party = parties.root(party)];

  std::vector<std::vector<std::uint32_t>> parts(parts_max);
  std::vector<std::size_t> loads(parts_max), part_of(parties.size(), parts_max);
  for (std::uint32_t place = 0; place < transactions.size(); ++place) {
    std::size_t& part = part_of[party_of[place]];
    if (part == parts_max) {
      part = static_cast<std::size_t>(std::ranges::min_element(loads) - loads.begin());
      loads[part] += sizes[party_of[place]];
    }
    parts[part].push_back(place);
  }
  if (parts_max < 2 || *std::ranges::max_element(loads) * 10 > transactions.size() * 9) return {};
  std::erase_if(parts, [](const auto& part) { return part.empty(); });
  return parts;
}

}  // namespace hanse::executor
