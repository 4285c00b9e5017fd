namespace AdaFormer;

/// <summary>A folder or a web address with a manifest and the files that it lists.</summary>
internal sealed class ModelOrigin : IDisposable
{
    private readonly string _place;
    private readonly HttpClient? _client;

    /// <param name="place">A folder, or an address that begins with http:// or https://; the manifest's own address is accepted too.</param>
    public ModelOrigin(string place)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(place);
        if (place.EndsWith("/" + ModelManifest.FileName, StringComparison.Ordinal))
            place = place[..^(ModelManifest.FileName.Length + 1)];
        _place = place.TrimEnd('/');
        if (IsWeb(place))
            _client = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
    }

    public static bool IsWeb(string place) => place.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || place.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="path">Its path from the manifest, already validated.</param>
    /// <param name="maximumLength">A longer file is rejected.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="IOException">The file does not exist, is too long, or cannot be read.</exception>
    public byte[] Read(string path, long maximumLength, CancellationToken cancellationToken)
    {
        var place = $"{_place}/{path}";
        try
        {
            using var stream = Open(place, cancellationToken);
            using var read = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = stream.Read(buffer)) > 0; read.Write(buffer, 0, count))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (read.Length + count > maximumLength)
                    throw new IOException($"'{place}' has more than the expected {maximumLength:N0} bytes; nothing of it was kept.");
            }

            return read.ToArray();
        }
        catch (HttpRequestException exception)
        {
            throw new IOException($"Could not download '{place}': {exception.Message}", exception);
        }
    }

    public void Dispose() => _client?.Dispose();

    private Stream Open(string place, CancellationToken cancellationToken)
    {
        if (_client is null)
            return File.OpenRead(place);
        var response = _client.Send(new HttpRequestMessage(HttpMethod.Get, place), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.EnsureSuccessStatusCode().Content.ReadAsStream(cancellationToken);
    }
}
