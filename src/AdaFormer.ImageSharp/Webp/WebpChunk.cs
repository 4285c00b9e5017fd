using System.Buffers.Binary;
using System.Text;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Webp;

/// <summary>A chunk of a WebP: four characters, a length, and that many bytes, padded to an even length (RFC 9649, section 2.3).</summary>
/// <param name="Type">The four characters.</param>
/// <param name="Contents">The bytes, without padding.</param>
internal readonly record struct WebpChunk(string Type, byte[] Contents)
{
    private const int FileHeaderLength = 12, HeaderLength = 8;

    /// <summary>Finds where the last chunk of a file ends that is whole.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The byte behind it, whether the file ends within the next chunk, and whether it ends before its header says.</returns>
    public static (long End, bool IsCut, bool EndsEarly) Extent(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        file.Position = 0;
        file.ReadExactly(header);
        var (end, expected) = ((long)FileHeaderLength, HeaderLength + (long)BinaryPrimitives.ReadUInt32LittleEndian(header[4..]));
        while (end + HeaderLength <= file.Length)
        {
            file.Position = end;
            file.ReadExactly(header);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            if (end + HeaderLength + length > file.Length)
                break;
            end += HeaderLength + length + (length & 1);
        }

        // The byte that fills up the last chunk is not missed.
        return (Math.Min(end, file.Length), end < Math.Min(file.Length, expected), expected > file.Length + 1);
    }

    /// <summary>Reads the first chunk of each of these types.</summary>
    /// <param name="file">The file.</param>
    /// <param name="end">Where the last chunk ends.</param>
    /// <param name="types">The types; others are skipped.</param>
    public static List<WebpChunk> ReadFile(Stream file, long end, params IReadOnlyList<string> types)
    {
        file.Position = FileHeaderLength;
        return Read(file, end, types);
    }

    /// <summary>Reads the first chunk of each of these types, from a stream's position to an end.</summary>
    /// <exception cref="PictureFormatException">A chunk would end after it.</exception>
    public static List<WebpChunk> Read(Stream file, long end, params IReadOnlyList<string> types)
    {
        var chunks = new List<WebpChunk>();
        foreach (var chunk in ReadAll(file, end, type => types.Contains(type) && !chunks.Exists(chunk => chunk.Type == type)))
            chunks.Add(chunk);
        return chunks;
    }

    /// <summary>Reads the chunks of wanted types, from a stream's position to an end, one when it is asked for.</summary>
    /// <exception cref="PictureFormatException">A chunk would end after it.</exception>
    public static IEnumerable<WebpChunk> ReadAll(Stream file, long fileEnd, Func<string, bool> isWanted)
    {
        var header = new byte[HeaderLength];
        while (file.Position + HeaderLength <= fileEnd)
        {
            file.ReadExactly(header);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
            var end = file.Position + length;
            if (end > fileEnd || length > Array.MaxLength)
                throw new PictureFormatException($"The WebP is damaged: its chunk ends at byte {end} of {fileEnd}. Get the file again.");
            var type = Encoding.Latin1.GetString(header, 0, 4);
            if (isWanted(type))
            {
                var chunk = new WebpChunk(type, new byte[length]);
                file.ReadExactly(chunk.Contents);
                yield return chunk;
            }

            file.Position = end + (length & 1);
        }
    }

    /// <summary>Reads the frames of an animation, each when it is asked for.</summary>
    public static IEnumerable<WebpChunk> ReadFrames(Stream file, long end)
    {
        file.Position = FileHeaderLength;
        return ReadAll(file, end, type => type == WebpFile.AnimationFrame);
    }

    /// <summary>The number of chunks of a type in a file up to an end.</summary>
    public static int Count(Stream file, long end, string type)
    {
        var count = 0;
        Span<byte> header = stackalloc byte[HeaderLength];
        for (file.Position = FileHeaderLength; file.Position + HeaderLength <= end;)
        {
            file.ReadExactly(header);
            if (Encoding.Latin1.GetString(header[..4]) == type)
                count++;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            file.Position += length + (length & 1);
        }

        return count;
    }

    /// <summary>Writes a file of these chunks.</summary>
    public static void WriteFile(Stream stream, IReadOnlyCollection<WebpChunk> chunks)
    {
        Write(stream, "RIFF", checked((uint)(4 + chunks.Sum(chunk => chunk.Length))));
        stream.Write("WEBP"u8);
        foreach (var chunk in chunks)
            chunk.Write(stream);
    }

    /// <summary>Writes the chunk.</summary>
    public void Write(Stream stream)
    {
        Write(stream, Type, (uint)Contents.Length);
        stream.Write(Contents);
        if (Contents.Length % 2 != 0)
            stream.WriteByte(0);
    }

    private long Length => HeaderLength + Contents.LongLength + (Contents.LongLength & 1);

    private static void Write(Stream stream, string type, uint length)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Encoding.Latin1.GetBytes(type, header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], length);
        stream.Write(header);
    }
}
