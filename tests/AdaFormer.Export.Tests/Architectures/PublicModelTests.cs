using System.Globalization;
using System.Text.RegularExpressions;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;

namespace AdaFormer.Export.Tests.Architectures;

/// <summary>
/// The best-known public models by their tensors' names and shapes alone: tests/fixtures/zoo/manifests.txt has these from the original code at the published
/// sizes, with the parameters that it counts.
/// </summary>
[TestClass]
public partial class PublicModelTests
{
    private static readonly Dictionary<string, string[]> Manifests = Read();

    public static IEnumerable<object[]> Models() => Manifests.Keys.Select(header => new object[] { header });

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void ItsTensorsAreRecognizedAndEveryOneIsTaken(string header)
    {
        var parts = header.Split(' ');
        var checkpoint = new SafetensorsFile(Tensors(Manifests[header]));

        var network = ArchitectureRegistry.Recognize(checkpoint);

        var description = network.Description;
        Assert.AreEqual(
            (parts[1], parts[2], parts[3], parts[4]),
            (description.Architecture, description.Preset, $"{description.Scale}", $"{description.Parameters}"));
        Assert.IsGreaterThan(description.Parameters / 4, description.MultiplyAddsPerPixel);
        var graph = network.BuildGraph(new WeightSet(network.WithoutBuffers(checkpoint.Tensors), network.Shapes), new ExportOptions(), observed: false);
        Assert.AreEqual("upscaled", graph.Output.Single().Name);
    }

    [TestMethod]
    [DataRow("layers.0.residual_group.blocks.0.attn.qkv.bias", "SwinIR, but one whose attention has no bias")]
    [DataRow("patch_embed.norm.weight", "SwinIR, but one without a norm")]
    [DataRow("upsample.0.weight", "SwinIR, but one with none of the known ways")]
    public void ASwinIrOfAnotherKindIsRefusedAsThat(string missing, string expected)
    {
        var tensors = Tensors(Manifests.Single(pair => pair.Key.Contains("swinir light", StringComparison.Ordinal)).Value);
        tensors.Remove(missing);

        Assert.Contains(expected, Refused(tensors));
    }

    [TestMethod]
    public void GreyPicturesNeedAnotherNetworkThanThis()
    {
        var tensors = Tensors(Manifests.Single(pair => pair.Key.Contains("swinir noise", StringComparison.Ordinal)).Value);
        tensors["conv_first.weight"] = new WeightTensor([180, 1, 3, 3], new float[180 * 9]);
        tensors["conv_last.weight"] = new WeightTensor([1, 180, 3, 3], new float[180 * 9]);

        Assert.Contains("grey pictures", Refused(tensors));
    }

    [TestMethod]
    public void ASizeThatDoesNotFitTheOthersIsRefusedWithTheArchitecturesName()
    {
        var tensors = Tensors(Manifests.Single(pair => pair.Key.Contains("esrgan rrdb-6", StringComparison.Ordinal)).Value);
        tensors["body.3.rdb2.conv2.weight"] = new WeightTensor([16, 96, 3, 3], new float[16 * 96 * 9]);

        var message = Refused(tensors);

        Assert.Contains("this is esrgan with 64 channels", message);
        Assert.Contains("body.3.rdb2.conv2.weight", message);
    }

    [TestMethod]
    [DataRow("HAT", "conv_first.weight layers.0.residual_group.blocks.0.conv_block.cab.0.weight layers.0.residual_group.blocks.0.attn.relative_position_bias_table")]
    [DataRow("Swin2SR", "patch_embed.proj.weight layers.0.residual_group.blocks.0.attn.logit_scale")]
    [DataRow("Real-CUGAN", "unet1.conv1.conv.0.weight unet2.conv1.conv.0.weight")]
    [DataRow("a discriminator", "conv0.weight conv1.weight_orig")]
    public void AnotherArchitectureIsRefusedByItsName(string name, string tensors) =>
        Assert.Contains($"this is {name}", Refused(tensors.Split(' ').ToDictionary(tensor => tensor, _ => new WeightTensor([1, 1, 1, 1], [0]))));

    [TestMethod]
    public void ActivationsThatNoFileShowsAreAskedFor()
    {
        var tensors = Tensors(["body.[0,2,4].weight 12 3 3 3", "body.[0,2,4].bias 12"]);
        tensors["body.2.weight"] = new WeightTensor([12, 12, 3, 3], new float[12 * 12 * 9]);
        tensors["body.4.weight"] = tensors["body.2.weight"];

        Assert.Contains("'activation'", Refused(tensors));
        var told = new SafetensorsFile(tensors, new Dictionary<string, string> { ["activation"] = "relu" });
        Assert.AreEqual("compact", ArchitectureRegistry.Describe(told).Architecture);
    }

    private static string Refused(Dictionary<string, WeightTensor> tensors)
    {
        using var stream = new MemoryStream();
        new SafetensorsFile(tensors).Write(stream);
        return Assert.ThrowsExactly<WeightsFormatException>(() => OnnxExporter.Export(stream.ToArray())).Message;
    }

    private static Dictionary<string, string[]> Read() => File.ReadAllText(TestData.Fixture("zoo", "manifests.txt"))
        .Split("= ", StringSplitOptions.RemoveEmptyEntries)
        .Select(section => section.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(lines => lines[0], lines => lines[1..]);

    /// <summary>Tensors of zeros: a line is a name, in which [0-2] and [0,2] stand for several numbers, a shape, and after a colon the last values.</summary>
    private static Dictionary<string, WeightTensor> Tensors(string[] lines)
    {
        var zeros = new Dictionary<long, float[]>();
        var tensors = new Dictionary<string, WeightTensor>();
        foreach (var line in lines)
        {
            var halves = line.Split(" : ");
            var words = halves[0].Split(' ');
            long[] shape = [.. words[1..].Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
            var count = shape.Aggregate(1L, (product, extent) => product * extent);
            if (!zeros.TryGetValue(count, out var values))
                values = zeros[count] = new float[count];
            if (halves.Length > 1)
            {
                float[] last = [.. halves[1].Split(' ').Select(word => float.Parse(word, CultureInfo.InvariantCulture))];
                values = [.. values[..^last.Length], .. last];
            }

            foreach (var name in Expand(words[0]))
                tensors.Add(name, new WeightTensor(shape, values));
        }

        return tensors;
    }

    private static IEnumerable<string> Expand(string pattern)
    {
        var match = Numbers().Match(pattern);
        if (!match.Success)
            return [pattern];
        var numbers = match.Groups[1].Value.Split('-') is [var first, var last]
            ? Enumerable.Range(int.Parse(first, CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture) - int.Parse(first, CultureInfo.InvariantCulture) + 1).Select(number => $"{number}")
            : match.Groups[1].Value.Split(',');
        return numbers.SelectMany(number => Expand(pattern[..match.Index] + number + pattern[(match.Index + match.Length)..]));
    }

    [GeneratedRegex(@"\[([^\]]+)\]")]
    private static partial Regex Numbers();
}
