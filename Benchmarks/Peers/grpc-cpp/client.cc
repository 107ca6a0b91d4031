// SPDX-License-Identifier: Apache-2.0
// A client that measures a blob service.
// usage: client COMMAND ADDRESS ARGUMENT...
#include "client.h"

#include <fstream>
#include <map>

std::shared_ptr<grpc::Channel> Connect(const std::string& address, int number) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(16 << 20);
    // Channels with the same arguments would share a connection.
    arguments.SetInt("number", number);
    auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(20))) {
        fprintf(stderr, "%s: cannot be reached\n", address.c_str());
        exit(1);
    }
    return channel;
}

std::string Hexadecimal(const std::string& bytes) {
    std::string text;
    for (unsigned char byte : bytes) {
        char digits[3];
        snprintf(digits, sizeof digits, "%02x", byte);
        text += digits;
    }
    return text;
}

std::string FromHexadecimal(const std::string& text) {
    std::string bytes;
    for (size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    return bytes;
}

Arguments Digests(const std::string& path) {
    Arguments digests;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) digests.push_back(FromHexadecimal(line));
    return digests;
}

int main(int count, char** words) {
    setvbuf(stdout, nullptr, _IOLBF, 0);
    std::map<std::string, std::pair<int, void (*)(const std::string&, const Arguments&)>> commands = {
        {"put", {3, Put}},           // BYTES SEED RUNS
        {"read", {2, Read}},         // DIGEST RUNS
        {"stat", {4, Stat}},         // DIGEST CALLERS COUNT RUNS
        {"put-each", {4, PutEach}},  // COUNT CALLERS RUNS FILE-FOR-DIGESTS
        {"get-each", {3, GetEach}},  // CALLERS RUNS FILE-OF-DIGESTS
        {"put-many", {2, PutMany}},  // RUNS FILE-OF-DIGESTS
        {"get-many", {2, GetMany}},  // RUNS FILE-OF-DIGESTS
        {"crowd", {4, Crowd}},       // FAST SLOW CONNECTIONS DIGEST
    };
    if (count < 3 || !commands.count(words[1])) return 2;
    auto [wanted, command] = commands[words[1]];
    Arguments rest(words + 3, words + count);
    if (rest.size() != static_cast<size_t>(wanted)) return 2;
    command(words[2], rest);
}
