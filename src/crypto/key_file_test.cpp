// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/key_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/hex.hpp"
#include "base/temporary_folder.hpp"
#include "crypto/pem_file.hpp"

namespace hanse {
namespace {

// Made by `openssl ecparam -genkey` (SEC 1 after its parameters) and `openssl genpkey` (PKCS#8).
constexpr char kSecp256k1Sec1[] = R"(-----BEGIN EC PARAMETERS-----
BgUrgQQACg==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHQCAQEEII7L9c9OLzec3jnWML/5a0Ng1LN2hHzjQEsdXYoncP5soAcGBSuBBAAK
oUQDQgAEgF3/gKKxjkbo9QxEJCNeFBjSkqzVsIfEeLH3jbDMDaS6cm5ri33yxsny
dbJRn1mRMa9vD51ylftILmL2b5uatA==
-----END EC PRIVATE KEY-----
)";
constexpr char kSm2Pkcs8[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQg2/MuUovKKirm5N8p
aY9RiOUE99x7jWJunYl849x45IuhRANCAARxWU9ZRhKrCO7Z9iMB9TuWqpEeEXPw
Jk7/0UG1PCbch1zVorbSWmeBXFTQ3D2J3shsbPtUwpmhiXM12loLDHKx
-----END PRIVATE KEY-----
)";
constexpr char kP256Pkcs8[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgb7dUL8+7PMrGJFKz
WMDl6T9zTUGNNnRya/11vqeO6PChRANCAARRX3L8Wh0sFuo5Z0jnTbWE3rAekB7l
mztH7NZRvAZd0NFkvmYCljt9VaC1u0y7qz1OrZuGsyzm0Ckhfyi3VEda
-----END PRIVATE KEY-----
)";
constexpr char kEncrypted[] = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh28tQFxX3TpAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMfT3gTi+xlD63b+bXfAYgoEgZA3
WxglJmhrZwkl+aSgnG+4Y9QaqbDDglCTgKlgAOM/QDs1DJkA9O3t4yHULDg/n4MX
tpGoMQpZ9k0D+/4l3UUEF3PIOadlHaB5UznJbCXJqVsWK3wWlw9kWOpg9Y9YVPds
bxtNOIFSCRVWX0zUv112O9TZ/gcmtTqVhbLPevJKoMuMzquhpOh7YmWF6nn4PI8=
-----END ENCRYPTED PRIVATE KEY-----
)";

TEST(KeyFile, ReadsBackWhatItWroteInBothSuites) {
  for (Suite suite : {Suite::standard, Suite::sm}) {
    const KeyPair key = KeyPair::generate(suite);
    const auto read = key_from_pem(to_pem(key));
    ASSERT_TRUE(read.has_value()) << read.error().text;
    EXPECT_EQ(read->suite, suite);
    EXPECT_EQ(read->secret, key.secret);
    EXPECT_EQ(read->public_key, key.public_key);
  }
}

TEST(KeyFile, KeepsLeadingZerosOfASecret) {
  SecretKey one;
  one.bytes[31] = 1;
  for (Suite suite : {Suite::standard, Suite::sm})
    EXPECT_EQ(key_from_pem(to_pem(*KeyPair::from_secret(suite, one)))->secret, one);
}

TEST(KeyFile, ReadsTheFormsOfOpenssl) {
  EXPECT_EQ(to_hex(key_from_pem(kSecp256k1Sec1)->secret), "8ecbf5cf4e2f379cde39d630bff96b4360d4b376847ce3404b1d5d8a2770fe6c");
  const auto sm = key_from_pem(kSm2Pkcs8);
  EXPECT_EQ(sm->suite, Suite::sm);
  EXPECT_EQ(to_hex(sm->secret), "dbf32e528bca2a2ae6e4df29698f5188e504f7dc7b8d626e9d897ce3dc78e48b");
}

TEST(KeyFile, RefusesAnotherCurveAnEncryptedKeyAndRubbish) {
  for (std::string_view pem : {std::string_view(kP256Pkcs8), std::string_view(kEncrypted), std::string_view(""),
                               std::string_view("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}) {
    const auto key = key_from_pem(pem);
    ASSERT_FALSE(key.has_value());
    EXPECT_EQ(key.error().code, Code::bad_key);
  }
  EXPECT_NE(key_from_pem(kP256Pkcs8).error().text.find("prime256v1"), std::string::npos);
}

TEST(KeyFile, SavesForTheOwnerOnlyAndReplacesWhole) {
  const TemporaryFolder folder("key-file");
  const std::string path = (folder.path() / "node.key").string();
  for (int round = 0; round < 2; ++round) {
    const KeyPair key = KeyPair::generate(Suite::standard);
    ASSERT_TRUE(save_key_file(path, key).has_value());
    EXPECT_EQ(load_key_file(path)->secret, key.secret);
  }
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(KeyFile, NamesTheFileThatIsMissing) {
  const auto key = load_key_file("/nowhere/node.key");
  ASSERT_FALSE(key.has_value());
  EXPECT_EQ(key.error().code, Code::io);
  EXPECT_NE(key.error().text.find("/nowhere/node.key"), std::string::npos);
  EXPECT_EQ(save_key_file("/nowhere/node.key", KeyPair::generate(Suite::sm)).error().code, Code::io);
}

TEST(KeyFile, AFlippedBitNeverGivesAnotherKey) {
  for (const Suite suite : {Suite::standard, Suite::sm}) {
    SecretKey secret;
    secret.bytes[31] = 77;
    const auto key = *KeyPair::from_secret(suite, secret);
    std::string pem = to_pem(key);
    int refused = 0;
    for (std::size_t bit = 0; bit < 8 * pem.size(); bit += 5) {
      pem[bit / 8] = static_cast<char>(pem[bit / 8] ^ (1 << bit % 8));
      const auto read = key_from_pem(pem);
      if (read) EXPECT_EQ(read->public_key, key.public_key) << "bit " << bit;
      refused += !read;
      pem[bit / 8] = static_cast<char>(pem[bit / 8] ^ (1 << bit % 8));
    }
    EXPECT_GT(refused, 200);
  }
}

}  // namespace
}  // namespace hanse
