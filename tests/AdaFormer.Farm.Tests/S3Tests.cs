using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace AdaFormer.Farm.Tests;

/// <summary>Inputs and outputs in an S3-compatible store.</summary>
[TestClass]
[RequiresBroker]
[RequiresS3Server]
public sealed class S3Tests : FarmFixture
{
    private readonly S3Server _server = new(Broker.FreePort());
    private readonly AmazonS3Client _client;

    public S3Tests()
    {
        _client = new AmazonS3Client(new BasicAWSCredentials("S3RVER", "S3RVER"), new AmazonS3Config { ServiceURL = _server.Address, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        Adaformer.Environment["AWS_ACCESS_KEY_ID"] = Adaformer.Environment["AWS_SECRET_ACCESS_KEY"] = "S3RVER";
        Adaformer.Environment["AWS_ENDPOINT_URL_S3"] = _server.Address;
    }

    public override void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        base.Dispose();
    }

    [TestMethod]
    public async Task ObjectsComeOutAsFilesDoAndAreFoundFinished()
    {
        for (var index = 0; index < 3; index++)
            Put("in", index, 20 + (9 * index), 33);
        // Longer than a part of an upload.
        Put("in", 3, 480, 440);
        var expected = Expected("in", "expected");
        Assert.IsGreaterThan(8 << 20, new FileInfo(Adaformer["expected/3_x4.png"]).Length);
        foreach (var file in Directory.GetFiles(Adaformer["in"]))
            await _client.PutObjectAsync(new PutObjectRequest { BucketName = S3Server.Bucket, Key = $"photos/{Path.GetFileName(file)}", FilePath = file, UseChunkEncoding = false });

        Assert.AreEqual((0, "4 put into the queue, 0 there already, 0 finished, of 4\n", ""), Run("submit", "s3://pictures/photos", "s3://pictures/large"));
        Assert.Contains("4 done, 0 found finished, 0 failed", Run("work", "--idle", "1", "--threads", "1", "--parallel", "2").Output);

        var hashes = new Dictionary<string, string>();
        foreach (var one in (await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = S3Server.Bucket, Prefix = "large/" })).S3Objects)
        {
            using var found = await _client.GetObjectAsync(S3Server.Bucket, one.Key);
            hashes[one.Key["large/".Length..]] = Convert.ToHexString(await SHA256.HashDataAsync(found.ResponseStream));
        }

        CollectionAssert.AreEquivalent(expected, hashes);
        Assert.AreEqual("0 put into the queue, 0 there already, 4 finished, of 4\n", Run("submit", "s3://pictures/photos", "s3://pictures/large").Output);
        // From the store into a folder.
        Assert.AreEqual("4 put into the queue, 0 there already, 0 finished, of 4\n", Run("submit", "s3://pictures/photos", "out").Output);
        Assert.Contains("4 done", Run("work", "--idle", "1", "--threads", "1").Output);
        CollectionAssert.AreEquivalent(expected, Hashes("out"));
        Assert.AreEqual("0 put into the queue, 0 there already, 4 finished, of 4\n", Run("submit", "s3://pictures/photos", "out").Output);
        // Another program's object stays.
        await _client.PutObjectAsync(new PutObjectRequest { BucketName = S3Server.Bucket, Key = "other/0_x4.png", ContentBody = "precious", UseChunkEncoding = false });
        Run("submit", "s3://pictures/photos/0.png", "s3://pictures/other");
        Assert.Contains("was not made by a farm", Run("work", "--idle", "1").Error);
        Assert.Contains("contains no picture", Run("submit", "s3://pictures/nothing", "s3://pictures/large").Error);
    }
}
