// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/check.hpp"

namespace hanse {
namespace {

std::string escaped(const std::string& text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') out += "\\\\";
    else if (c == '\n') out += "\\n";
    else if (c == '"' && quotes) out += "\\\"";
    else out.push_back(c);
  }
  return out;
}

std::string rendered(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels)
    out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", name, escaped(value, true));
  return out;
}

std::string in_braces(const std::string& labels) { return labels.empty() ? "" : "{" + labels + "}"; }

}  // namespace

Histogram::Histogram(std::span<const double> upper_bounds)
    : upper_bounds_(upper_bounds.begin(), upper_bounds.end()),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(upper_bounds.size() + 1)) {
  CHECK(std::ranges::is_sorted(upper_bounds_));
}

void Histogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(upper_bounds_, value) - upper_bounds_.begin();
  buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= upper_bounds_.size(); ++i) count += buckets_[i].load(std::memory_order_relaxed);
  return count;
}

Registry::Series& Registry::series(const std::string& name, const std::string& help, const char* type,
                                   const Labels& labels) {
  Family& family = families_[name];
  if (family.type.empty()) family.type = type, family.help = help;
  CHECK(family.type == type);
  return family.series[rendered(labels)];
}

Counter& Registry::counter(const std::string& name, const std::string& help, Labels labels) {
  const std::lock_guard lock(mutex_);
  Series& found = series(name, help, "counter", labels);
  if (!found.counter) found.counter = std::make_unique<Counter>();
  return *found.counter;
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, Labels labels) {
  const std::lock_guard lock(mutex_);
  Series& found = series(name, help, "gauge", labels);
  if (!found.gauge) found.gauge = std::make_unique<Gauge>();
  return *found.gauge;
}

Histogram& Registry::histogram(const std::string& name, const std::string& help, std::span<const double> upper_bounds,
                               Labels labels) {
  const std::lock_guard lock(mutex_);
  Series& found = series(name, help, "histogram", labels);
  if (!found.histogram) found.histogram = std::make_unique<Histogram>(upper_bounds);
  return *found.histogram;
}

void Registry::render_series(std::string& out, const std::string& name, const std::string& labels,
                             const Series& series) {
  auto line = std::back_inserter(out);
  if (series.counter) fmt::format_to(line, "{}{} {}\n", name, in_braces(labels), series.counter->value());
  if (series.gauge) fmt::format_to(line, "{}{} {}\n", name, in_braces(labels), series.gauge->value());
  if (!series.histogram) return;
  const Histogram& histogram = *series.histogram;
  const std::string separator = labels.empty() ? "" : ",";
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= histogram.upper_bounds_.size(); ++i) {
    count += histogram.buckets_[i].load(std::memory_order_relaxed);
    const std::string bound =
        i < histogram.upper_bounds_.size() ? fmt::format("{}", histogram.upper_bounds_[i]) : "+Inf";
    fmt::format_to(line, "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, separator, bound, count);
  }
  fmt::format_to(line, "{}_sum{} {}\n", name, in_braces(labels), histogram.sum_.load(std::memory_order_relaxed));
  fmt::format_to(line, "{}_count{} {}\n", name, in_braces(labels), count);
}

std::string Registry::render() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, escaped(family.help, false), name,
                   family.type);
    for (const auto& [labels, series] : family.series) render_series(out, name, labels, series);
  }
  return out;
}

}  // namespace hanse
