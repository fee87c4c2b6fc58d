#include "engine/projector.hpp"

namespace weir {

std::string_view state_of(const projection_status& of) {
  if (of.failed) return "failing";
  if (of.being_built) return "building";
  return of.async ? "following" : "live";
}

projector::projector(follower_dependencies with, const catalog& domains) : with_(std::move(with)) {
  for (const domain& one : domains.domains()) {
    for (const projection_type& projection : one.projections) {
      all_.emplace(projection.name, followers{&one, &projection, {}, {}});
      order_.push_back(projection.name);
    }
  }
}

projector::~projector() { stop(); }

void projector::start() {
  const std::lock_guard lock(mutex_);
  for (auto& [name, of] : all_) {
    const auto work = with_.state.views().work_for(*of.projection);
    if (work.serving) begin_serving(of, *work.serving);
    if (work.building) begin_building(of, *work.building);
  }
}

void projector::begin_serving(followers& of, view_family family) {
  of.serving = std::make_shared<follower>(with_, *of.of, *of.projection, std::move(family), [] {});
}

void projector::begin_building(followers& of, view_family family) {
  of.building = std::make_shared<follower>(with_, *of.of, *of.projection, std::move(family),
                                           [this, name = of.projection->name] { now_serves(name); });
}

/// Called on the follower's thread once the built family serves. rebuild() may have been faster.
void projector::now_serves(const std::string& name) {
  const std::lock_guard lock(mutex_);
  followers& of = all_.at(name);
  if (of.building && !of.building->now().building) take_over(of);
}

/// The follower of the replaced family ends by itself.
void projector::take_over(followers& of) {
  if (of.serving) {
    of.serving->ask_to_stop();
    replaced_.push_back(std::move(of.serving));
  }
  of.serving = std::move(of.building);
}

/// Destroys replaced followers whose threads have ended.
void projector::reap() {
  std::erase_if(replaced_, [](const std::shared_ptr<follower>& one) { return one->ended(); });
}

void projector::stop() {
  std::vector<std::shared_ptr<follower>> running;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    running = replaced_;
    for (auto& [name, of] : all_) {
      if (of.serving) running.push_back(of.serving);
      if (of.building) running.push_back(of.building);
    }
  }
  for (const auto& one : running) one->ask_to_stop();
  for (const auto& one : running) one->join();
}

result<> projector::rebuild(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = all_.find(name);
  if (found == all_.end()) return error{errc::not_found, "There is no projection " + std::string(name) + "."};
  if (stopping_) return error{errc::unavailable, "Weir is stopping."};
  const auto serving = found->second.serving;
  if (serving && serving->now().building) {
    return error{errc::in_use, "the projection " + std::string(name) + " is being built already"};
  }
  reap();
  auto family = with_.state.views().begin_building(*found->second.projection);
  if (!family) return family.error();
  // Its family serves already, else the views would not begin another one. It may be waiting here to say so: do not join it.
  if (found->second.building) take_over(found->second);
  begin_building(found->second, std::move(*family));
  return {};
}

std::vector<projection_status> projector::status() const {
  const std::lock_guard lock(mutex_);
  const auto table = with_.state.views().current();
  const position head = with_.state.last();
  std::vector<projection_status> all;
  for (const std::string& name : order_) {
    const followers& of = all_.at(name);
    const view_table::entry& entry = table->at(of.projection->view);
    projection_status one;
    one.name = name;
    one.domain = of.of->name;
    one.version = of.projection->version;
    one.async = of.projection->async;
    one.head = head;
    if (entry.live) one.reflects = head;
    const auto serving = of.serving ? std::optional(of.serving->now()) : std::nullopt;
    const auto building = of.building ? std::optional(of.building->now()) : std::nullopt;
    if (serving && !serving->done) {
      if (!entry.family_name.empty()) one.reflects = serving->reached;
      one.failed = serving->failed;
    }
    const auto& in_the_making = building && building->building ? building : serving;
    if (in_the_making && in_the_making->building) {
      projection_status::making making;
      making.reached = in_the_making->reached;
      making.events_per_second = in_the_making->events_per_second;
      if (making.events_per_second > 0) {
        making.seconds_left = static_cast<double>(head.value - making.reached.value) / making.events_per_second;
      }
      one.being_built = making;
      if (in_the_making->failed) one.failed = in_the_making->failed;
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace weir
