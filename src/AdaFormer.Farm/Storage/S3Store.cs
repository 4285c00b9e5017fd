using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace AdaFormer.Farm.Storage;

/// <summary>
/// Objects of an S3-compatible store. Keys, region and address come from where the AWS tools have them: <c>AWS_ACCESS_KEY_ID</c>,
/// <c>AWS_SECRET_ACCESS_KEY</c>, <c>AWS_REGION</c>, profiles, <c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c>.
/// </summary>
internal sealed class S3Store : IDisposable
{
    // Parts are at least 5 MiB long, and at most 10,000.
    private const long ShortestPart = 8L << 20;
    private const int MostParts = 10_000;

    private readonly AmazonS3Client _client;

    public S3Store()
    {
        var configuration = new AmazonS3Config();
        if ((Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")) is { Length: > 0 } address)
        {
            // Other makers' stores seldom have a host name for each bucket, and older ones do not know checksums at the end of a body.
            configuration.ServiceURL = address;
            configuration.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
            configuration.ForcePathStyle = true;
            configuration.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            configuration.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }

        _client = new AmazonS3Client(configuration);
    }

    /// <summary>All objects whose keys lie in a folder, by their key within it.</summary>
    /// <exception cref="IOException">The store refuses or cannot be reached.</exception>
    public Task<List<(string Name, string ETag)>> ListAsync(string folder, CancellationToken cancellationToken) => Guarded(folder, async (bucket, key) =>
    {
        var prefix = key.Length == 0 ? "" : key + "/";
        var found = new List<(string, string)>();
        await foreach (var one in _client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = bucket, Prefix = prefix }).S3Objects.WithCancellation(cancellationToken))
            found.Add((one.Key[prefix.Length..], one.ETag));
        return found;
    });

    /// <summary>ETag and own metadata of an object; <see langword="null"/> if there is none.</summary>
    /// <exception cref="IOException">The store refuses or cannot be reached.</exception>
    public Task<S3Object?> FindAsync(string place, CancellationToken cancellationToken) => Guarded(place, async (bucket, key) =>
    {
        try
        {
            var found = await _client.GetObjectMetadataAsync(bucket, key, cancellationToken);
            return new S3Object(found.ETag, found.Metadata.Keys.ToDictionary(name => name, name => found.Metadata[name]));
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    });

    /// <summary>Reads an object into a file.</summary>
    /// <returns>The ETag of what was read.</returns>
    /// <exception cref="IOException">There is none, or the store refuses or cannot be reached.</exception>
    public Task<string> DownloadAsync(string place, string file, CancellationToken cancellationToken) => Guarded(place, async (bucket, key) =>
    {
        using var response = await _client.GetObjectAsync(bucket, key, cancellationToken);
        await response.WriteResponseStreamToFileAsync(file, append: false, cancellationToken);
        if (new FileInfo(file).Length != response.ContentLength)
            throw new IOException($"'{place}' ended after {new FileInfo(file).Length} of {response.ContentLength} bytes.");
        return response.ETag;
    });

    /// <summary>Writes an object, in parts where it is long; it is whole or not there.</summary>
    /// <param name="file">The content.</param>
    /// <param name="place">The object.</param>
    /// <param name="replaced">ETag of the object that is replaced; <see langword="null"/>: there must be none.</param>
    /// <param name="metadata">Own metadata.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>Whether it was written: not if another was quicker.</returns>
    /// <exception cref="IOException">The store refuses or cannot be reached.</exception>
    public Task<bool> UploadAsync(string file, string place, string? replaced, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken) => Guarded(place, async (bucket, key) =>
    {
        var none = replaced is null ? "*" : null;
        try
        {
            if (new FileInfo(file).Length <= ShortestPart)
            {
                var request = new PutObjectRequest { BucketName = bucket, Key = key, FilePath = file, IfNoneMatch = none, IfMatch = replaced, UseChunkEncoding = false };
                AddTo(request.Metadata, metadata);
                await _client.PutObjectAsync(request, cancellationToken);
            }
            else
            {
                await UploadPartsAsync(file, bucket, key, none, replaced, metadata, cancellationToken);
            }

            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
    });

    /// <summary>Removes an object, if it is there.</summary>
    /// <exception cref="IOException">The store refuses or cannot be reached.</exception>
    public Task DeleteAsync(string place, CancellationToken cancellationToken) => Guarded(place, (bucket, key) => _client.DeleteObjectAsync(bucket, key, cancellationToken));

    public void Dispose() => _client.Dispose();

    private async Task UploadPartsAsync(string file, string bucket, string key, string? none, string? replaced, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key };
        AddTo(begin.Metadata, metadata);
        var upload = (await _client.InitiateMultipartUploadAsync(begin, cancellationToken)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            var length = new FileInfo(file).Length;
            var partLength = Math.Max(ShortestPart, (length / MostParts) + 1);
            for (long position = 0; position < length; position += partLength)
            {
                // Chunks with a signature each are not known to all stores.
                var part = await _client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = bucket, Key = key, UploadId = upload, PartNumber = parts.Count + 1, FilePath = file, FilePosition = position,
                        PartSize = Math.Min(partLength, length - position), UseChunkEncoding = false,
                    },
                    cancellationToken);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
            }

            await _client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts, IfNoneMatch = none, IfMatch = replaced }, cancellationToken);
        }
        catch
        {
            // Parts that are never put together cost what they weigh.
            await _client.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None).ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }
    }

    private static void AddTo(MetadataCollection target, IReadOnlyDictionary<string, string> metadata)
    {
        foreach (var (name, value) in metadata)
            target[name] = value;
    }

    private static async Task<T> Guarded<T>(string place, Func<string, string, Task<T>> work)
    {
        var (bucket, key) = PicturePlace.Parse(place);
        try
        {
            return await work(bucket, key);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            throw new FileNotFoundException($"There is no '{place}': {exception.Message}", place, exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException or HttpRequestException)
        {
            throw new IOException($"'{place}' cannot be used: {exception.Message} Are the keys (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or a profile), AWS_REGION and, for a store of others, AWS_ENDPOINT_URL_S3 right?", exception);
        }
    }
}

/// <summary>What a store says of an object.</summary>
/// <param name="ETag">Changes with its content.</param>
/// <param name="Metadata">Own metadata, by names that begin with <c>x-amz-meta-</c>.</param>
internal sealed record S3Object(string ETag, IReadOnlyDictionary<string, string> Metadata)
{
    private const string Prefix = "x-amz-meta-";
    private const string Settings = "adaformer-settings";
    private const string Input = "adaformer-input";

    /// <summary>Whether a farm made it.</summary>
    public bool IsOurs => Metadata.ContainsKey(Prefix + Settings);

    /// <summary>What an output's metadata has to say to be finished.</summary>
    public static Dictionary<string, string> Record(string settings, string version) => new() { [Settings] = settings, [Input] = version };

    /// <summary>Whether it is the output of this input's content by these settings.</summary>
    public bool Is(string settings, string version) => Record(settings, version).All(pair => Metadata.TryGetValue(Prefix + pair.Key, out var value) && value == pair.Value);
}
