// SPDX-License-Identifier: Apache-2.0
// What server and client share.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>

constexpr size_t kMessageSize = 1 << 20;
constexpr size_t kDigestSize = 32;

inline double Seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Bytes that do not compress, the same for the same seed.
class Noise {
  public:
    explicit Noise(uint64_t seed) : state_(88172645463325252ull + seed * 0x9E3779B97F4A7C15ull) {
        for (int i = 0; i < 16; i++) Next();
    }

    std::string Take(size_t count) {
        std::string bytes(count, '\0');
        for (size_t i = 0; i < count; i += 8) {
            uint64_t word = Next();
            memcpy(&bytes[i], &word, std::min<size_t>(8, count - i));
        }
        return bytes;
    }

  private:
    uint64_t Next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_;
    }

    uint64_t state_;
};
