#include "node/kernel/delivery_check.h"

#include <functional>

#include "node/kernel/text.h"
#include "tests/unit/kernel/gossip_fixture.h"

namespace buzzer::kernel {
namespace {

class DeliveryCheckTest : public GossipTest {
 protected:
  static proto::Delivery buzz(const std::string& text) {
    proto::Delivery delivery;
    fill(*delivery.mutable_buzz(), text);
    return delivery;
  }
  static void fill(proto::Buzz& buzz, const std::string& text) {
    buzz.set_id(first_id(kIdEpochMs + 1, kAuthors).value());
    buzz.set_author(name_at(kAuthors));
    buzz.set_text(text);
    buzz.set_version(1);
    find_entities(text, *buzz.mutable_entities());
  }
  static bool holds(const proto::Delivery& delivery) { return is_sound(delivery, kAuthors, kReaders); }
  static bool holds(const std::function<void(proto::Buzz&)>& change) {
    proto::Delivery delivery = buzz("@" + name_at(kReaders) + " #topic");
    change(*delivery.mutable_buzz());
    return holds(delivery);
  }
};

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// Folded, a topic may be longer than any that can be written; it was passed over once, and its buzz with it.
TEST_F(DeliveryCheckTest, WhateverCanBePostedIsSound) {
  for (const std::string& text :
       {std::string("hello"), "#" + repeated("ß", 499), "#" + repeated("ﬃ", 499), "#" + repeated("İ", 499),
        std::string("#Grün #мир #Σ @") + name_at(kReaders) + " https://example.org/a#b"}) {
    ASSERT_EQ(check_text(text), proto::ErrorCode::kNone);
    EXPECT_TRUE(holds(buzz(text))) << text;
  }
}

TEST_F(DeliveryCheckTest, BuzzOfNobodyOrOfAnotherShardIsNot) {
  EXPECT_TRUE(holds([](proto::Buzz&) {}));
  EXPECT_FALSE(holds([](proto::Buzz& buzz) { buzz.set_id(0); }));
  EXPECT_FALSE(holds([](proto::Buzz& buzz) { buzz.set_id(first_id(kIdEpochMs, kOthers).value()); }));
  EXPECT_FALSE(holds([](proto::Buzz& buzz) { buzz.set_author(""); }));
  EXPECT_FALSE(holds([](proto::Buzz& buzz) { buzz.set_author(name_at(kOthers)); }));
  EXPECT_FALSE(holds([](proto::Buzz& buzz) { buzz.mutable_entities(0)->set_value("No Name"); }));
  EXPECT_FALSE(holds([](proto::Buzz& buzz) { buzz.mutable_entities(1)->set_value(""); }));
  EXPECT_FALSE(holds([](proto::Buzz& buzz) { buzz.mutable_entities(1)->set_value(std::string(1, '\0')); }));
  EXPECT_FALSE(holds([](proto::Buzz& buzz) { buzz.mutable_entities(1)->set_value("\x01topic"); }));
}

TEST_F(DeliveryCheckTest, BackfillIsAscendingAndHasNoneTwice) {
  proto::Delivery delivery;
  fill(*delivery.mutable_backfill()->add_buzzes(), "one");
  EXPECT_TRUE(holds(delivery));
  fill(*delivery.mutable_backfill()->add_buzzes(), "the same again");
  EXPECT_FALSE(holds(delivery));
  delivery.mutable_backfill()->mutable_buzzes(1)->set_id(delivery.backfill().buzzes(0).id() + 1);
  EXPECT_TRUE(holds(delivery));
}

TEST_F(DeliveryCheckTest, InterestIsInAnAuthorOfTheReceiverAndOfThatManyAtMost) {
  proto::Delivery delivery;
  delivery.mutable_interest()->set_author(name_at(kReaders));
  delivery.mutable_interest()->set_followers(7);
  EXPECT_TRUE(holds(delivery));
  delivery.mutable_interest()->set_followers(1ULL << 63);
  EXPECT_FALSE(holds(delivery));
  delivery.mutable_interest()->set_followers(7);
  for (const std::string& nobody : {name_at(kAuthors), std::string("Capital"), std::string("no name"), std::string()}) {
    delivery.mutable_interest()->set_author(nobody);
    EXPECT_FALSE(holds(delivery)) << nobody;
  }
}

TEST_F(DeliveryCheckTest, AnswerIsAboutAnAuthorOfTheSender) {
  proto::Delivery delivery;
  delivery.mutable_interest_answer()->set_author(name_at(kAuthors));
  EXPECT_TRUE(holds(delivery)) << "refused";
  delivery.mutable_interest_answer()->set_name(name_at(kAuthors));
  EXPECT_TRUE(holds(delivery));
  delivery.mutable_interest_answer()->set_name("somebody_else");
  EXPECT_FALSE(holds(delivery));
  delivery.mutable_interest_answer()->set_name("");
  delivery.mutable_interest_answer()->set_author(name_at(kReaders));
  EXPECT_FALSE(holds(delivery));
}

}  // namespace
}  // namespace buzzer::kernel
