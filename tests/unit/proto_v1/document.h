// The document that buzzer.v1.json is declared in, for tests that hold the code to it.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace buzzer::proto::v1 {

inline const nlohmann::json& document() {
  static const nlohmann::json kDocument = nlohmann::json::parse(std::ifstream(BUZZER_DOCUMENT));
  return kDocument;
}

inline std::vector<nlohmann::json> examples_of(const std::string& message) {
  std::vector<nlohmann::json> found;
  for (const auto& example : document().at("components").at("messages").at(message).at("examples")) {
    found.push_back(example.at("payload"));
  }
  return found;
}

// Names of the messages that clients send.
inline std::vector<std::string> request_names() {
  std::vector<std::string> found;
  for (const auto& operation : document().at("operations")) {
    if (operation.at("action") != "receive") continue;
    const std::string reference = operation.at("messages").at(0).at("$ref");
    found.push_back(reference.substr(reference.rfind('/') + 1));
  }
  return found;
}

}  // namespace buzzer::proto::v1
