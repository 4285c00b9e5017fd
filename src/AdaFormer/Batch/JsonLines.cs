using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer.Batch;

/// <summary>
/// A file with one JSON object per line that several processes may append to. A line left incomplete by a killed process is skipped, and
/// does not corrupt the next.
/// </summary>
internal sealed class JsonLines(string path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private long _read;

    /// <summary>Rejects a file with other content, and one that cannot be written.</summary>
    /// <exception cref="IOException">The file has other content, or cannot be written.</exception>
    public void Check()
    {
        using var stream = Open(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        // A power failure may leave zeros.
        if (stream.ReadByte() is not (-1 or 0 or '{' or '\n'))
            throw new IOException($"'{path}' exists and is not a JSON Lines file; choose another name.");
    }

    /// <summary>Appends a line in a single write.</summary>
    /// <exception cref="IOException">The file cannot be written, or another process keeps it locked.</exception>
    public void Append(BatchRecord record)
    {
        using var stream = Open(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        stream.Seek(0, SeekOrigin.End);
        var line = new List<byte>();
        if (EndsWithinALine(stream))
            line.Add((byte)'\n');
        line.AddRange(JsonSerializer.SerializeToUtf8Bytes(record, Json));
        line.Add((byte)'\n');
        stream.Write([.. line]);
    }

    /// <summary>Reads the complete lines appended since the last call.</summary>
    public IReadOnlyList<BatchRecord> ReadNew()
    {
        if (!File.Exists(path) || new FileInfo(path).Length <= _read)
            return [];
        using var stream = Open(FileMode.Open, FileAccess.Read, FileShare.Read);
        stream.Position = _read;
        var bytes = new byte[stream.Length - _read];
        stream.ReadExactly(bytes);
        var whole = bytes.AsSpan(0, bytes.AsSpan().LastIndexOf((byte)'\n') + 1);
        _read += whole.Length;
        var records = new List<BatchRecord>();
        foreach (var range in whole.Split((byte)'\n'))
        {
            if (Parse(whole[range]) is { } record)
                records.Add(record);
        }

        return records;
    }

    private static BatchRecord? Parse(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return null;
        try
        {
            return JsonSerializer.Deserialize<BatchRecord>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool EndsWithinALine(FileStream stream)
    {
        if (stream.Length == 0)
            return false;
        stream.Position--;
        return stream.ReadByte() != '\n';
    }

    /// <summary>Opens the file; waits while another process has it locked.</summary>
    private FileStream Open(FileMode mode, FileAccess access, FileShare share)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, mode, access, share, bufferSize: 0);
            }
            catch (UnauthorizedAccessException e)
            {
                throw new IOException($"No permission to write '{path}'. Change its permissions or choose another folder.", e);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException) && IsLocked(e) && clock.Elapsed < Patience)
            {
                Thread.Sleep(Random.Shared.Next(1, 20));
            }
        }
    }

    /// <summary>EWOULDBLOCK of Linux or macOS, or a sharing violation of Windows.</summary>
    private static bool IsLocked(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33 : e.HResult is 11 or 35;
}
