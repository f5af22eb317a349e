// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/command.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/plant.hpp"
#include "sim/whole/runner.hpp"

namespace hanse::whole {
namespace {

// Planted in the host of the simulator's model and in src/node as well.
constexpr plant::Name kModelToo[] = {
    plant::Name::bodies_not_durable, plant::Name::sends_do_not_wait,  plant::Name::restart_forgets_run,
    plant::Name::append_in_two,      plant::Name::told_at_execution,
};

int list_plants() {
  const auto list = [](const plant::Plant& plant) {
    std::printf("%-26s %s\n", std::string(plant.text).c_str(), std::string(plant.line).c_str());
  };
  for (const auto& plant : plant::kPlants)
    if (std::ranges::count(kModelToo, plant.name) > 0) list(plant);
  for (const auto& plant : plant::kHostPlants) list(plant);
  return 0;
}

}  // namespace

bool is_asked_for(int argc, char** argv) {
  return std::any_of(argv, argv + argc, [](const char* argument) { return std::strcmp(argument, "--whole") == 0; });
}

int command(int argc, char** argv) {
  CLI::App app(
      "Runs whole chains of real group hosts under seeds: disks, network, clocks and clients are simulated.\n"
      "Example: hanse-sim --whole --seeds 1000 -o json");
  Options options;
  std::optional<std::uint64_t> seed;
  std::string plant, output = "text";
  bool whole = false, trace = false, plants = false, all_probes = false;
  app.add_flag("--whole", whole, "what this is about");
  app.add_option("--seeds", options.count, "how many seeds to run")->capture_default_str();
  app.add_option("--from", options.first, "the first of them")->capture_default_str();
  app.add_option("--seed", seed, "run this one only");
  app.add_flag("--trace", trace, "with --seed: what happens, line by line");
  app.add_option("--threads", options.threads, "0: as many as there are cores")->capture_default_str();
  app.add_option("--twice-every", options.twice_every, "run every so many seeds twice and compare the traces");
  app.add_flag("--all-probes", all_probes, "fail when a situation was not reached");
  app.add_flag("--plants", plants, "list the planted bugs of the dispatcher");
  app.add_option("--plant", plant, "plant this bug; exit 0 when a checker catches it within 60 s");
  app.add_option("-o,--output", output, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (plants) return list_plants();
  if (!plant.empty() && !plant::select(plant)) {
    std::fprintf(stderr, "no planted bug is called %s; --plants lists them\n", plant.c_str());
    return 2;
  }
  if (seed) {
    Probes probes;
    return sim::show(run_seed(*seed, sim::trace_to_output(trace), probes));
  }
  if (!plant.empty()) options.seconds_max = plant::kCaughtWithinSeconds, options.count = ~std::uint64_t{0} >> 1;
  const Report report = run_seeds(options);
  std::puts((output == "json" ? report.to_json(options) : report.to_text(options)).c_str());
  if (all_probes && std::ranges::count(report.probes.counts, 0u) > 0) return 1;
  return plant.empty() == !report.failure ? 0 : 1;
}

}  // namespace hanse::whole
