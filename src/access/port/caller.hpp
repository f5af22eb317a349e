// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// One mechanism for every call between parts that may live in different processes. A consumer holds a Caller<Port> and
// cannot see where the service runs. Equal semantics everywhere: values copied in, exactly one reply or one error.
// The reply may arrive on any thread; a consumer moves it to its own.
#pragma once

#include <functional>
#include <memory>
#include <tuple>

#include "base/result.hpp"

namespace hanse::port {

template <class Request>
using ReplyTo = std::move_only_function<void(Result<typename Request::Reply>)>;

template <class Request>
class Sends {   // one request of a port
 public:
  virtual ~Sends() = default;
  virtual void send(Request request, ReplyTo<Request> reply) = 0;
};

template <class Port>
class CallerOf;
template <class... Requests>
class CallerOf<std::tuple<Requests...>> : public Sends<Requests>... {
 public:
  using Sends<Requests>::send...;
};

// Shared: RPC sessions in flight hold it while a group may be stopping.
template <class Port>
using Caller = std::shared_ptr<CallerOf<Port>>;

// The same process: forwards without encoding. `Service` has handle(Request, ReplyTo<Request>) for every request and
// outlives every caller (the host stops RPC before groups).
template <class Base, class Service, class... Requests>
class LocalChain;
template <class Base, class Service>
class LocalChain<Base, Service> : public Base {
 public:
  explicit LocalChain(Service& service) : service_(service) {}
  using Base::send;

 protected:
  Service& service_;
};
template <class Base, class Service, class First, class... Rest>
class LocalChain<Base, Service, First, Rest...> : public LocalChain<Base, Service, Rest...> {
 public:
  using LocalChain<Base, Service, Rest...>::LocalChain;
  using LocalChain<Base, Service, Rest...>::send;
  void send(First request, ReplyTo<First> reply) override {
    this->service_.handle(std::move(request), std::move(reply));
  }
};
template <class Port, class Service>
class LocalOf;
template <class... Requests, class Service>
class LocalOf<std::tuple<Requests...>, Service> final
    : public LocalChain<CallerOf<std::tuple<Requests...>>, Service, Requests...> {
  using LocalChain<CallerOf<std::tuple<Requests...>>, Service, Requests...>::LocalChain;
};

template <class Port, class Service>
Caller<Port> local(Service& service) {
  return std::make_shared<LocalOf<Port, Service>>(service);
}

}  // namespace hanse::port
