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

    /// <summary>Reads the first chunk of each of these types.</summary>
    /// <param name="file">The file.</param>
    /// <param name="types">The types; others are skipped.</param>
    /// <exception cref="PictureFormatException">A chunk would end after the file.</exception>
    public static List<WebpChunk> ReadFile(Stream file, params IReadOnlyList<string> types)
    {
        file.Position = FileHeaderLength;
        return Read(file, types);
    }

    /// <summary>Reads the first chunk of each of these types, from a stream's position to its end.</summary>
    public static List<WebpChunk> Read(Stream file, params IReadOnlyList<string> types)
    {
        var chunks = new List<WebpChunk>();
        foreach (var chunk in ReadAll(file, type => types.Contains(type) && !chunks.Exists(chunk => chunk.Type == type)))
            chunks.Add(chunk);
        return chunks;
    }

    /// <summary>Reads the chunks of wanted types, from a stream's position to its end, one when it is asked for.</summary>
    /// <exception cref="PictureFormatException">A chunk would end after the file.</exception>
    public static IEnumerable<WebpChunk> ReadAll(Stream file, Func<string, bool> isWanted)
    {
        var header = new byte[HeaderLength];
        while (file.Position + HeaderLength <= file.Length)
        {
            file.ReadExactly(header);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
            var end = file.Position + length;
            if (end > file.Length || length > Array.MaxLength)
                throw new PictureFormatException($"The WebP is damaged: its chunk ends at byte {end} of {file.Length}. Get the file again.");
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
    /// <exception cref="PictureFormatException">A chunk would end after the file.</exception>
    public static IEnumerable<WebpChunk> ReadFrames(Stream file)
    {
        file.Position = FileHeaderLength;
        return ReadAll(file, type => type == WebpFile.AnimationFrame);
    }

    /// <summary>The number of chunks of a type in a file.</summary>
    public static int Count(Stream file, string type)
    {
        var count = 0;
        Span<byte> header = stackalloc byte[HeaderLength];
        for (file.Position = FileHeaderLength; file.Position + HeaderLength <= file.Length;)
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
