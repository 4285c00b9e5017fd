using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace AdaFormer.Farm.Tests;

/// <summary>
/// As much of an S3-compatible store as a farm needs, in this process: objects of one bucket, own metadata, and conditional puts, which other
/// stores for tests leave out.
/// </summary>
internal sealed class ConditionalStore : IDisposable
{
    private const string Meta = "x-amz-meta-";
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, Stored> _objects = new();

    public ConditionalStore()
    {
        Address = $"http://127.0.0.1:{Broker.FreePort()}";
        _listener.Prefixes.Add($"{Address}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The content of all objects, by bucket and key.</summary>
    public IReadOnlyDictionary<string, byte[]> Objects => _objects.ToDictionary(pair => pair.Key, pair => pair.Value.Content);

    /// <summary>Number of puts that were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Called with the name and own metadata of an object before it is put.</summary>
    public Action<string, Dictionary<string, string>>? Putting { get; set; }

    public void Put(string name, byte[] content, Dictionary<string, string>? metadata = null) => _objects[name] = new Stored(content, metadata ?? []);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => Answer(context));
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        try
        {
            var (request, response) = (context.Request, context.Response);
            var name = Uri.UnescapeDataString(request.Url!.AbsolutePath).Trim('/');
            response.StatusCode = (int)(request.HttpMethod switch
            {
                "PUT" => Put(name, request),
                "DELETE" => Delete(name),
                _ when request.QueryString["list-type"] is not null => List(name, request.QueryString["prefix"] ?? "", response),
                _ => Get(name, response, withContent: request.HttpMethod == "GET"),
            });
            response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
        {
            // Who asked was killed.
        }
    }

    private HttpStatusCode Put(string name, HttpListenerRequest request)
    {
        using var body = new MemoryStream();
        request.InputStream.CopyTo(body);
        // What a killed process sent half.
        if (body.Length != request.ContentLength64)
            return HttpStatusCode.BadRequest;
        var metadata = request.Headers.AllKeys.OfType<string>().Where(key => key.StartsWith(Meta, StringComparison.OrdinalIgnoreCase)).ToDictionary(key => key.ToLowerInvariant(), key => request.Headers[key]!);
        Putting?.Invoke(name, metadata);
        lock (_objects)
        {
            var there = _objects.GetValueOrDefault(name);
            if ((request.Headers["If-None-Match"] == "*" && there is not null) || (request.Headers["If-Match"] is { } replaced && replaced != there?.ETag))
            {
                Refused++;
                return HttpStatusCode.PreconditionFailed;
            }

            _objects[name] = new Stored(body.ToArray(), metadata);
            return HttpStatusCode.OK;
        }
    }

    private HttpStatusCode Delete(string name)
    {
        _objects.TryRemove(name, out _);
        return HttpStatusCode.NoContent;
    }

    private HttpStatusCode Get(string name, HttpListenerResponse response, bool withContent)
    {
        if (!_objects.TryGetValue(name, out var found))
            return HttpStatusCode.NotFound;
        response.AddHeader("ETag", found.ETag);
        foreach (var (key, value) in found.Metadata)
            response.AddHeader(key, value);
        response.ContentLength64 = found.Content.Length;
        if (withContent)
            response.OutputStream.Write(found.Content);
        return HttpStatusCode.OK;
    }

    private HttpStatusCode List(string bucket, string prefix, HttpListenerResponse response)
    {
        XNamespace ns = "http://s3.amazonaws.com/doc/2006-03-01/";
        var found = _objects.Where(pair => pair.Key.StartsWith($"{bucket}/{prefix}", StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal);
        new XDocument(new XElement(
            ns + "ListBucketResult", new XElement(ns + "Name", bucket), new XElement(ns + "IsTruncated", false),
            found.Select(pair => new XElement(ns + "Contents", new XElement(ns + "Key", pair.Key[(bucket.Length + 1)..]), new XElement(ns + "ETag", pair.Value.ETag), new XElement(ns + "Size", pair.Value.Content.Length))))).Save(response.OutputStream);
        return HttpStatusCode.OK;
    }

    private sealed record Stored(byte[] Content, Dictionary<string, string> Metadata)
    {
        /// <summary>As of an upload in parts; others are checked against the content's MD5.</summary>
        public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Content))[..32]}-1\"";
    }
}
