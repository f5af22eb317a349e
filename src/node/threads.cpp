// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/threads.hpp"

#include <sys/resource.h>
#include <tbb/parallel_for.h>
#include <tbb/task_group.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "node/client_jobs.hpp"

namespace hanse::node {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

// Bulk work yields to the threads that carry a block from proposal to decision: without it, a flood of new transactions
// holds up every hop of consensus until its timer fires, and the view change costs more than the flood. The calling
// thread gets less than half of the share that others get when all want the processor.
void yield_to_consensus() { setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 4); }

class ThreadLane final : public Lane {
 public:
  ThreadLane(bool yields, Turn turn) : turn_(std::move(turn)), thread_([this, yields] {
    if (yields) yield_to_consensus();
    run();
  }) {}
  ~ThreadLane() override { stop(); }

  void wake() override {
    if (woken_.exchange(true)) return;   // the thread has not begun the turn that an earlier call asked for
    { const std::lock_guard lock(mutex_); }
    changed_.notify_one();
  }

  void stop() override {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  void run() {
    milliseconds wait = kUntilWoken;
    for (bool last = false; !last || wait == kAtOnce;) {
      if (wait != kAtOnce) last = wait_for(wait);
      woken_ = false;
      wait = turn_();
    }
  }

  // True: no turn after the next one.
  bool wait_for(milliseconds wait) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return woken_ || stopping_; };
    if (wait == kUntilWoken) changed_.wait(lock, ready);
    else changed_.wait_for(lock, wait, ready);
    return stopping_;
  }

  const Turn turn_;
  std::atomic<bool> woken_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

// Orders what TBB orders already, in a way that the thread sanitizer sees; one for all work, because a job may read nothing
// of its own before.
std::atomic<std::size_t> handed_over{0};

// A thread of TBB's yields from its first piece of work on. Ours that wait for pieces run some of them, and do not.
thread_local int pieces_waited_for = 0;
struct WaitsForPieces {
  WaitsForPieces() { ++pieces_waited_for; }
  ~WaitsForPieces() { --pieces_waited_for; }
};
void yield_if_of_the_arena() {
  static thread_local bool yields = false;
  if (yields || pieces_waited_for > 0) return;
  yields = true;
  yield_to_consensus();
}

class ArenaJobs final : public Jobs {
 public:
  explicit ArenaJobs(tbb::task_arena& arena) : arena_(arena) {}
  ~ArenaJobs() noexcept override { wait(); }

  void post(std::move_only_function<void()> job) override {
    handed_over.load(std::memory_order_acquire);
    tbb::task_handle task = jobs_.defer(Once{{}, std::move(job)});
    handed_over.fetch_add(1, std::memory_order_release);
    arena_.enqueue(std::move(task));
  }
  void wait() override {
    const WaitsForPieces here;
    jobs_.wait();
  }

 private:
  struct Gone {                           // TBB gives the memory of what is gone to another thread's next job
    ~Gone() { handed_over.fetch_add(1, std::memory_order_release); }
  };
  struct Once {                           // TBB calls its copy as a constant, and exactly once
    Gone after_job;
    mutable std::move_only_function<void()> job;
    void operator()() const {
      handed_over.load(std::memory_order_acquire);
      yield_if_of_the_arena();
      job();
    }
  };
  tbb::task_arena& arena_;
  tbb::task_group jobs_;
};

}  // namespace

std::unique_ptr<Lane> Threads::lane(LaneKind kind, Turn turn) {
  return std::make_unique<ThreadLane>(kind == LaneKind::admission, std::move(turn));
}

std::unique_ptr<Jobs> Threads::jobs() { return std::make_unique<ArenaJobs>(arena_); }
std::unique_ptr<Jobs> Threads::client_jobs() {
  return std::make_unique<ClientJobs>(client_threads());
}
std::size_t Threads::client_threads() { return std::max(1u, std::thread::hardware_concurrency() / 2); }

Runtime::Crew Threads::crew() const { return {.threads = static_cast<std::size_t>(arena_.max_concurrency())}; }

TimeMs Threads::steady_ms() const {
  return duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
TimeMs Threads::wall_ms() const {
  return duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Isolated, so that a caller that waits for its last item does not start on somebody's long job.
void Threads::spread(std::size_t count, const std::function<void(std::size_t)>& each) {
  const auto one = [&](std::size_t i) {
    handed_over.load(std::memory_order_acquire);
    yield_if_of_the_arena();
    each(i);
    handed_over.fetch_add(1, std::memory_order_release);
  };
  const auto all = [&] {
    handed_over.load(std::memory_order_acquire);
    tbb::this_task_arena::isolate([&] { tbb::parallel_for(std::size_t{0}, count, one); });
  };
  const WaitsForPieces here;
  handed_over.fetch_add(1, std::memory_order_release);
  arena_.execute(all);
  handed_over.load(std::memory_order_acquire);
}

}  // namespace hanse::node
