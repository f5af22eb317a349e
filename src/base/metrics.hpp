// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Metrics of one process or one group, in the Prometheus text format (version 0.0.4). A host owns a Registry and asks it
// once for each counter, gauge or histogram; the references live as long as the registry. Counting is one relaxed atomic
// operation; only making a series and rendering take the lock. Label values must come from a bounded set (node index,
// group, reason), never from what a peer sends.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hanse {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double change) { value_.fetch_add(change, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

class Histogram {
 public:
  explicit Histogram(std::span<const double> upper_bounds);   // rising; the bucket without a bound is added
  void observe(double value);
  std::uint64_t count() const;

 private:
  friend class Registry;
  std::vector<double> upper_bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;     // one more than bounds; not cumulative
  std::atomic<double> sum_{0};
};

// Bucket bounds, in seconds, for what a consensus round or a request takes.
inline constexpr double kSecondsBounds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

class Registry {
 public:
  // The same name and labels give the same object. A name has one type and one help text.
  Counter& counter(const std::string& name, const std::string& help, Labels labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, Labels labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, std::span<const double> upper_bounds,
                       Labels labels = {});

  std::string render() const;

 private:
  struct Series {
    std::unique_ptr<Counter> counter;          // exactly one of the three
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
  };
  struct Family {
    std::string type;
    std::string help;
    std::map<std::string, Series> series;      // by rendered labels
  };
  Series& series(const std::string& name, const std::string& help, const char* type, const Labels& labels);
  static void render_series(std::string& out, const std::string& name, const std::string& labels, const Series& series);

  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
};

}  // namespace hanse
