// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Certificates for tests: authorities and what they issue, as PEM files in a folder that goes with the object.
#pragma once

#include <fstream>

#include "base/check.hpp"
#include "base/temporary_folder.hpp"
#include "crypto/x509.hpp"

namespace hanse::net {

class TestCertificates {
 public:
  TestCertificates() {
    for (const char* authority : {"ca", "other-ca"}) {
      auto made = x509::create_authority(authority, x509::Validity::days(1));
      CHECK(made);
      write(std::string(authority) + ".crt", made->certificate);
      (authority == std::string_view("ca") ? ca_ : other_ca_) = std::move(*made);
    }
  }

  // Writes NAME.crt and NAME.key.
  void issue(const std::string& name, x509::Validity validity = x509::Validity::days(1)) { issue_by(ca_, name, validity); }
  void issue_client(const std::string& name) { issue_by(ca_, name, x509::Validity::days(1), x509::Usage::client); }
  void issue_self_signed(const std::string& name) {   // an authority of its own: the one kind that x509 signs with itself
    const auto made = x509::create_authority(name, x509::Validity::days(1));
    CHECK(made);
    write(name + ".crt", made->certificate);
    write(name + ".key", made->key);
  }
  void take_authority(const std::string& name) { write(name + ".crt", ca_.certificate), write(name + ".key", ca_.key); }
  void issue_by_other_ca(const std::string& name) { issue_by(other_ca_, name, x509::Validity::days(1)); }

  std::string path(const std::string& file) const { return (folder_.path() / file).string(); }
  void write(const std::string& file, std::string_view text) const {
    std::ofstream(folder_.path() / file, std::ios::binary) << text;
  }

 private:
  void issue_by(const x509::Identity& authority, const std::string& name, x509::Validity validity,
                x509::Usage usage = x509::Usage::node) {
    const auto made = x509::issue(authority, name, usage, validity);
    CHECK(made);
    write(name + ".crt", made->certificate);
    write(name + ".key", made->key);
  }

  TemporaryFolder folder_{"certificates"};
  x509::Identity ca_, other_ca_;
};

}  // namespace hanse::net
