// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/machine.hpp"

namespace hanse::whole {

using node::kAtOnce;
using node::kUntilWoken;

struct Machine::Turns {
  node::LaneKind kind;
  node::Turn turn;
  TimeUs due = -1;                    // of the appointment that counts; -1: none
  std::uint64_t appointment = 0;      // earlier ones do not count any more
  bool running = false, woken = false, stopped = false;
};

class Machine::TurnLane final : public node::Lane {
 public:
  TurnLane(Machine& machine, std::shared_ptr<Turns> turns) : machine_(machine), turns_(std::move(turns)) {}
  ~TurnLane() override { stop(); }

  void wake() override {
    if (turns_->stopped || !machine_.on_) return;
    if (turns_->running) turns_->woken = true;
    else machine_.schedule_turn(turns_, machine_.delay_of(turns_->kind));
  }
  void stop() override {
    if (turns_->stopped) return;
    turns_->stopped = true;
    while (machine_.on_ && turns_->turn() == kAtOnce) {}
  }

 private:
  Machine& machine_;
  std::shared_ptr<Turns> turns_;      // shared with the appointments, which may come after the lane is gone
};

class Machine::TurnJobs final : public node::Jobs {
 public:
  explicit TurnJobs(Machine& machine) : machine_(machine), waiting_(std::make_shared<Waiting>()) {}
  ~TurnJobs() override { wait(); }

  void post(std::move_only_function<void()> job) override {
    const std::uint64_t number = ++posted_;
    waiting_->emplace(number, std::move(job));
    appoint(number, between(machine_.prng_, 20, 1'000) * machine_.slowness_);
  }
  void wait() override {
    while (machine_.on_ && !waiting_->empty()) waiting_->extract(waiting_->begin()).mapped()();
    waiting_->clear();
  }

 private:
  using Waiting = std::map<std::uint64_t, std::move_only_function<void()>>;
  void appoint(std::uint64_t number, TimeUs delay) {
    machine_.schedule_.after(delay, [this, number, weak = std::weak_ptr<Waiting>(waiting_)] {
      const auto waiting = weak.lock();
      if (!waiting || !machine_.on_ || !waiting->contains(number)) return;
      if (const TimeUs rest = machine_.rest_of_pause(); rest > 0) return appoint(number, rest);
      waiting->extract(number).mapped()();
    });
  }

  Machine& machine_;
  std::shared_ptr<Waiting> waiting_;  // gone with this; what was scheduled finds nothing then
  std::uint64_t posted_ = 0;
};

Machine::Machine(Schedule& schedule, Prng& prng, const NodePlan& plan, std::function<void()> after_write)
    : schedule_(schedule), prng_(prng), after_write_(std::move(after_write)), slowness_(plan.slowness),
      threads_(static_cast<std::size_t>(between(prng, 1, 4))), wall_off_ms_(plan.clock_off_ms) {}

std::unique_ptr<node::Lane> Machine::lane(node::LaneKind kind, node::Turn turn) {
  return std::make_unique<TurnLane>(*this, std::make_shared<Turns>(Turns{kind, std::move(turn)}));
}

std::unique_ptr<node::Jobs> Machine::jobs() { return std::make_unique<TurnJobs>(*this); }

void Machine::spread(std::size_t count, const std::function<void(std::size_t)>& each) {
  for (std::size_t i = 0; i < count; ++i) each(i);
}

TimeUs Machine::delay_of(node::LaneKind kind) {
  const auto draw = [this](TimeUs low, TimeUs high) { return between(prng_, low, high) * slowness_; };
  switch (kind) {
    case node::LaneKind::group: return draw(1, 100);
    case node::LaneKind::incoming: return draw(1, 200);
    case node::LaneKind::admission: return draw(10, 500);
    case node::LaneKind::execution: return draw(50, 3'000);
    case node::LaneKind::writer: return prng_.chance(1, 20) ? draw(5'000, 40'000) : draw(50, 2'500);
  }
  return 0;
}

void Machine::schedule_turn(const std::shared_ptr<Turns>& turns, TimeUs delay) {
  const TimeUs due = schedule_.now() + delay;
  if (turns->due >= 0 && turns->due <= due) return;
  turns->due = due;
  schedule_.after(delay, [this, weak = std::weak_ptr<Turns>(turns), appointment = ++turns->appointment] {
    if (const auto at_hand = weak.lock()) take_turn(at_hand, appointment);
  });
}

void Machine::take_turn(const std::shared_ptr<Turns>& turns, std::uint64_t appointment) {
  if (!on_ || turns->stopped || appointment != turns->appointment) return;
  turns->due = -1;
  if (const TimeUs rest = rest_of_pause(); rest > 0) return schedule_turn(turns, rest);
  schedule_.mix(static_cast<std::uint64_t>(turns->kind));
  turns->running = true;
  turns->woken = false;
  const auto wait = turns->turn();
  turns->running = false;
  if (!on_) return;
  if (wait == kAtOnce || turns->woken) schedule_turn(turns, delay_of(turns->kind));
  else if (wait != kUntilWoken) schedule_turn(turns, wait.count() * 1'000);
  if (turns->kind == node::LaneKind::writer) after_write_();
}

}  // namespace hanse::whole
