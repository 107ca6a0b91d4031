// SPDX-License-Identifier: Apache-2.0
// Large blobs, one at a time.
#include "client.h"

using namespace snix::castore::v1;

void Put(const std::string& address, const Arguments& arguments) {
    size_t size = std::stoull(arguments[0]);
    int runs = std::stoi(arguments[2]);
    Noise noise(std::stoull(arguments[1]));
    // What does not fit memory is made on the way; then it makes no sense to measure.
    bool is_kept = runs > 0;
    std::vector<BlobChunk> messages;
    for (size_t made = 0; is_kept && made < size; made += kMessageSize)
        messages.emplace_back().set_data(noise.Take(std::min(kMessageSize, size - made)));

    auto stub = BlobService::NewStub(Connect(address));
    PutBlobResponse response;
    auto once = [&] {
        grpc::ClientContext context;
        auto writer = stub->Put(&context, &response);
        for (const auto& message : messages)
            if (!writer->Write(message)) break;
        BlobChunk message;
        for (size_t made = 0; !is_kept && made < size; made += kMessageSize) {
            message.set_data(noise.Take(std::min(kMessageSize, size - made)));
            if (!writer->Write(message)) break;
        }
        writer->WritesDone();
        Check(writer->Finish());
    };
    if (is_kept)
        Measure(runs, once);
    else
        once();
    printf("digest %s\n", Hexadecimal(response.digest()).c_str());
}

void Read(const std::string& address, const Arguments& arguments) {
    auto stub = BlobService::NewStub(Connect(address));
    ReadBlobRequest request;
    request.set_digest(FromHexadecimal(arguments[0]));
    size_t size = 0;
    Measure(std::stoi(arguments[1]), [&] {
        grpc::ClientContext context;
        auto reader = stub->Read(&context, request);
        BlobChunk message;
        size = 0;
        while (reader->Read(&message)) size += message.data().size();
        Check(reader->Finish());
    });
    printf("bytes %zu\n", size);
}
