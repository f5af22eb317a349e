// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Two engines that hand each other their bytes: TLS without a socket.
#include "access/net/tls.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "access/net/test_certificates.hpp"

namespace hanse::net {
namespace {

std::shared_ptr<const TlsContext> context_of(const TestCertificates& files, const std::string& name,
                                             const std::string& ca = "ca.crt") {
  auto context = TlsContext::from_files(files.path(ca), files.path(name + ".crt"), files.path(name + ".key"));
  EXPECT_TRUE(context) << context.error().text;
  return *context;
}

struct Pair {
  Pair(std::shared_ptr<const TlsContext> a, std::shared_ptr<const TlsContext> b)
      : client(std::move(a), TlsRole::dialed), server(std::move(b), TlsRole::accepted) {}

  // Runs both to the end; what each side says of it.
  std::pair<Result<bool>, Result<bool>> handshake() {
    Result<bool> at_client = client.handshake(), at_server = false;
    for (int i = 0; i < 5; ++i) {
      if (at_server && !*at_server) at_server = step(client, server);
      if (at_client && !*at_client) at_client = step(server, client);
    }
    return {at_client, at_server};
  }
  Result<bool> step(TlsEngine& from, TlsEngine& to) {
    wire.push_back(std::move(from.out()));
    from.out().clear();
    to.feed(wire.back());
    return to.handshake();
  }
  Result<std::size_t> carry(TlsEngine& from, TlsEngine& to, std::span<std::uint8_t> into) {
    wire.push_back(std::move(from.out()));
    from.out().clear();
    to.feed(wire.back());
    return to.read(into);
  }

  TlsEngine client, server;
  std::deque<Bytes> wire;
};

TEST(Tls, TwoNodesOfOneCaTalk) {
  TestCertificates files;
  files.issue("a"), files.issue("b");
  const auto a = context_of(files, "a"), b = context_of(files, "b");
  Pair pair(a, b);
  const auto [at_client, at_server] = pair.handshake();
  ASSERT_TRUE(at_client && *at_client && at_server && *at_server);
  EXPECT_EQ(pair.client.peer().certificate_hash, b->certificate_hash());
  EXPECT_EQ(pair.server.peer().certificate_hash, a->certificate_hash());
  EXPECT_EQ(pair.server.peer().subject, "CN=a");
  EXPECT_FALSE(pair.server.peer().public_key.empty());
  EXPECT_EQ(pair.client.export_key("x"), pair.server.export_key("x"));
  EXPECT_NE(pair.client.export_key("x"), pair.client.export_key("y"));

  Bytes heard(100'000);
  pair.client.write(as_bytes("hello"));
  const auto count = pair.carry(pair.client, pair.server, heard);
  ASSERT_TRUE(count) << count.error().text;
  EXPECT_EQ(as_text(BytesView(heard).first(*count)), "hello");
}

TEST(Tls, TheSessionKeyIsAnotherInEachSession) {
  TestCertificates files;
  files.issue("a"), files.issue("b");
  Pair one(context_of(files, "a"), context_of(files, "b")), two(context_of(files, "a"), context_of(files, "b"));
  one.handshake(), two.handshake();
  EXPECT_NE(one.client.export_key("x"), two.client.export_key("x"));
}

TEST(Tls, RefusesACertificateOfAnotherCa) {
  TestCertificates files;
  files.issue("a"), files.issue_by_other_ca("b");
  Pair pair(context_of(files, "b", "ca.crt"), context_of(files, "a"));   // b trusts our CA, but has another's certificate
  const auto [at_client, at_server] = pair.handshake();
  ASSERT_FALSE(at_server);
  EXPECT_EQ(at_server.error().code, Code::bad_certificate);
  EXPECT_NE(at_server.error().text.find("CN=b comes from another CA"), std::string::npos) << at_server.error().text;
  Bytes heard(100);
  const auto told = pair.carry(pair.server, pair.client, heard);   // the alert
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, Code::bad_certificate);
  EXPECT_NE(told.error().text.find("refuses our certificate"), std::string::npos) << told.error().text;
}

TEST(Tls, RefusesExpiredAndFutureCertificatesAndSaysSo) {
  TestCertificates files;
  files.issue("a");
  files.issue("old", {.from_s = -7200, .until_s = -3600});
  files.issue("new", {.from_s = 3600, .until_s = 7200});
  Pair expired(context_of(files, "a"), context_of(files, "old"));
  const auto at_client = expired.handshake().first;
  ASSERT_FALSE(at_client);
  EXPECT_NE(at_client.error().text.find("CN=old expired on"), std::string::npos) << at_client.error().text;
  Pair future(context_of(files, "new"), context_of(files, "a"));
  const auto at_server = future.handshake().second;
  ASSERT_FALSE(at_server);
  EXPECT_NE(at_server.error().text.find("CN=new is not valid before"), std::string::npos) << at_server.error().text;
  EXPECT_FALSE(context_of(files, "old")->check_own_certificate());
  EXPECT_TRUE(context_of(files, "a")->check_own_certificate());
}

// What the accepting side says of a certificate that the dialling side shows, and the other way round.
std::pair<std::string, std::string> refusals_of(const TestCertificates& files, const std::string& name) {
  const auto text = [](const Result<bool>& side) { return side ? std::string() : side.error().text; };
  Pair dialling(context_of(files, name), context_of(files, "a")), accepting(context_of(files, "a"), context_of(files, name));
  return {text(dialling.handshake().second), text(accepting.handshake().first)};
}

TEST(Tls, RefusesASelfSignedCertificate) {
  TestCertificates files;
  files.issue("a"), files.issue_self_signed("self");
  for (const std::string& text : {refusals_of(files, "self").first, refusals_of(files, "self").second})
    EXPECT_NE(text.find("CN=self comes from another CA than ours"), std::string::npos) << text;
}

TEST(Tls, RefusesTheCertificateOfAClientOnBothSides) {
  TestCertificates files;
  files.issue("a"), files.issue_client("sdk");
  for (const std::string& text : {refusals_of(files, "sdk").first, refusals_of(files, "sdk").second})
    EXPECT_NE(text.find("CN=sdk is not one of a node"), std::string::npos) << text;
  EXPECT_NE(context_of(files, "sdk")->check_own_certificate().error().text.find("not one of a node"), std::string::npos);
}

TEST(Tls, RefusesTheAuthorityItself) {
  TestCertificates files;
  files.issue("a"), files.take_authority("authority");
  for (const std::string& text : {refusals_of(files, "authority").first, refusals_of(files, "authority").second})
    EXPECT_NE(text.find("is not one of a node"), std::string::npos) << text;
}

TEST(Tls, EveryFlippedByteOfAMessageIsNoticed) {
  TestCertificates files;
  files.issue("a"), files.issue("b");
  Pair pair(context_of(files, "a"), context_of(files, "b"));
  pair.handshake();
  pair.client.write(as_bytes("hello"));
  pair.client.out()[10] ^= 1;
  Bytes heard(100);
  const auto read = pair.carry(pair.client, pair.server, heard);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::bad_frame);
}

TEST(Tls, AnswersGarbageWithAnError) {
  TestCertificates files;
  files.issue("a");
  TlsEngine server(context_of(files, "a"), TlsRole::accepted);
  const std::string garbage = "GET / HTTP/1.1\r\n\r\n";
  server.feed(as_bytes(garbage));
  const auto handshake = server.handshake();
  ASSERT_FALSE(handshake);
  EXPECT_EQ(handshake.error().code, Code::bad_frame);
}

TEST(Tls, NamesTheFileThatIsWrong) {
  TestCertificates files;
  files.issue("a"), files.issue("b");
  files.write("empty", "");
  const auto problem = [&](const char* ca, const char* cert, const char* key) {
    const auto context = TlsContext::from_files(files.path(ca), files.path(cert), files.path(key));
    EXPECT_FALSE(context);
    return context ? std::string() : context.error().text;
  };
  EXPECT_NE(problem("missing", "a.crt", "a.key").find("missing"), std::string::npos);
  EXPECT_NE(problem("ca.crt", "empty", "a.key").find("empty"), std::string::npos);
  EXPECT_NE(problem("ca.crt", "a.crt", "empty").find("empty"), std::string::npos);
  EXPECT_NE(problem("ca.crt", "a.crt", "b.key").find("b.key is not the key"), std::string::npos);
}

}  // namespace
}  // namespace hanse::net
