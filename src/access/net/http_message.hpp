// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What HTTP/1.1 carries, for the server and for the client.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hanse::net {

struct HttpField {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;    // "POST"
  std::string target;    // "/path?query", as it came
  std::vector<HttpField> fields;
  std::string body;
  std::string peer;      // "127.0.0.1:4711", for logs

  // The first field of that name, whatever its case; empty if there is none. Valid as long as the request.
  std::string_view field(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";   // empty: no such field
  std::vector<HttpField> fields;                   // beside content type, length and connection, which are written for you
  std::string body;
};

bool equal_ignoring_case(std::string_view a, std::string_view b);   // ASCII
std::string_view reason_phrase(int status);

}  // namespace hanse::net
