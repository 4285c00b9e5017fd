using System.IO.Compression;
using System.Text;

namespace AdaFormer.Export.Tests.Weights;

/// <summary>Writes pickles operation by operation, the honest and the hostile.</summary>
internal sealed class PickleText
{
    private readonly MemoryStream _bytes = new();

    public PickleText() => Raw(0x80, 2);

    public PickleText Raw(params byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public PickleText Op(char operation) => Raw((byte)operation);

    public PickleText Global(string module, string name) => Raw(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    public PickleText Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Op('X').Raw(BitConverter.GetBytes(bytes.Length)).Raw(bytes);
    }

    public PickleText Number(long number) => Raw(0x8a, 8).Raw(BitConverter.GetBytes(number));

    public PickleText Tuple(params long[] numbers)
    {
        Op('(');
        foreach (var number in numbers)
            Number(number);
        return Op('t');
    }

    /// <summary>The storage with the key 0, of floats.</summary>
    public PickleText Storage(long count) =>
        Op('(').Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Number(count).Op('t').Op('Q');

    /// <summary>A dictionary with one tensor <c>a</c>, a view of a storage.</summary>
    public PickleText OneTensor(long count, long offset, long[] shape, long[] strides) =>
        Op('}').Text("a").Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage(count).Number(offset).Tuple(shape).Tuple(strides).Raw(0x89).Op('}').Op('t').Op('R').Op('s');

    public byte[] End() => Op('.')._bytes.ToArray();

    /// <summary>A file as torch.save writes it, with this pickle, and a storage of two floats.</summary>
    public byte[] InZip(CompressionLevel compression = CompressionLevel.NoCompression) => Zip(compression, ("data.pkl", End()), ("data/0", BitConverter.GetBytes(0x40000000_3f800000)));

    public static byte[] Zip(CompressionLevel compression, params (string Path, byte[] Bytes)[] files)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                using var entry = archive.CreateEntry($"archive/{path}", compression).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
