// SPDX-License-Identifier: Apache-2.0
// What the commands of the client share.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "common.h"
#include "snix/castore/v1/rpc_blobstore.grpc.pb.h"

using Arguments = std::vector<std::string>;

// A connection of its own for each number.
std::shared_ptr<grpc::Channel> Connect(const std::string& address, int number = 0);

inline void Check(const grpc::Status& status) {
    if (status.ok()) return;
    fprintf(stderr, "the server answers %d: %s\n", status.error_code(), status.error_message().c_str());
    exit(1);
}

std::string Hexadecimal(const std::string& bytes);
std::string FromHexadecimal(const std::string& text);

// Reads a file with a digest in hexadecimal on each line.
Arguments Digests(const std::string& path);

// Runs a measurement once to warm up, then as often as wanted, and prints the median.
template <typename Body> void Measure(int runs, Body body);

// The commands: each prints `seconds S`, the median of its runs.
void Put(const std::string& address, const Arguments&);
void Read(const std::string& address, const Arguments&);
void Stat(const std::string& address, const Arguments&);
void PutEach(const std::string& address, const Arguments&);
void GetEach(const std::string& address, const Arguments&);
void PutMany(const std::string& address, const Arguments&);
void GetMany(const std::string& address, const Arguments&);
void Crowd(const std::string& address, const Arguments&);

template <typename Body> void Measure(int runs, Body body) {
    body();
    std::vector<double> times;
    for (int run = 0; run < runs; run++) {
        double start = Seconds();
        body();
        times.push_back(Seconds() - start);
    }
    std::sort(times.begin(), times.end());
    printf("seconds %.6f\n", times[times.size() / 2]);
}
