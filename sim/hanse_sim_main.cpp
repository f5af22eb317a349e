// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// hanse-sim: many seeds, one seed with its trace, or planted bugs.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/plant.hpp"
#include "sim/runner.hpp"
#include "sim/whole/command.hpp"

using namespace hanse;

namespace {

int list_plants(bool json) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& plant : plant::kPlants) {
    if (json) list.push_back({{"name", plant.text}, {"line", plant.line}});
    else std::printf("%-26s %s\n", std::string(plant.text).c_str(), std::string(plant.line).c_str());
  }
  if (json) std::puts(list.dump(2).c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (whole::is_asked_for(argc, argv)) return whole::command(argc, argv);
  CLI::App app(
      "Runs whole chains under seeds: network, disks, faults, misbehaving sealers; checks every step.\n"
      "Example: hanse-sim --seeds 10000 --nodes 4 -o json");
  sim::RunOptions options;
  std::optional<std::uint64_t> seed;
  std::optional<int> nodes;
  std::string plant, output = "text";
  bool trace = false, plants = false, byzantine_only = false, all_probes = false, whole = false;
  app.add_option("--seeds", options.count, "how many seeds to run")->capture_default_str();
  app.add_option("--from", options.first, "the first of them")->capture_default_str();
  app.add_option("--seed", seed, "run this one only");
  app.add_flag("--trace", trace, "with --seed: one line for each event");
  app.add_option("--nodes", nodes, "sealers at the start (otherwise each seed chooses 1 to 10)")
      ->check(CLI::Range(1, 10));
  app.add_option("--threads", options.threads, "0: as many as there are cores")->capture_default_str();
  app.add_option("--twice-every", options.check_determinism_every,
                 "run every so many seeds twice and compare the traces");
  app.add_flag("--byzantine-only", byzantine_only,
               "short seeds in which sealers misbehave, twins or changed fields among it, and machines work");
  app.add_flag("--all-probes", all_probes,
               "fail when a situation was not reached or, with --byzantine-only, a field was never changed");
  app.add_flag("--whole", whole, "the real group host on simulated machines; its own options: hanse-sim --whole --help");
  app.add_flag("--plants", plants, "list the planted bugs");
  app.add_option("--plant", plant, "plant this bug; exit 0 when a checker catches it within 60 s of each core");
  app.add_option("-o,--output", output, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  options.nodes = nodes;
  options.mood = byzantine_only ? sim::Mood::byzantine : sim::Mood::everything;
  if (plants) return list_plants(output == "json");
  if (!plant.empty() && !plant::select(plant)) {
    std::fprintf(stderr, "no planted bug is called %s; --plants lists them\n", plant.c_str());
    return 2;
  }
  sim::report_crashes(plant.empty() ? 1 : 0, nodes, options.mood);
  if (seed) {
    sim::Probes probes;
    return sim::show(sim::run_seed(*seed, nodes, options.mood, sim::trace_to_output(trace), &probes));
  }
  if (!plant.empty()) options.seconds_max = plant::kCaughtWithinSeconds, options.count = ~std::uint64_t{0} >> 1;
  const auto report = sim::run_seeds(options);
  std::puts((output == "json" ? report.to_json(options) : report.to_text(options)).c_str());
  const auto& probes = report.probes;
  const bool missed = byzantine_only ? !probes.not_mutated().empty() : !probes.not_reached().empty();
  if (all_probes && missed) return 1;
  return plant.empty() == !report.failure ? 0 : 1;
}
