using AdaFormer.Export.Onnx;
using AdaFormer.Tests.Imaging;
using Google.Protobuf;

namespace AdaFormer.Tests.Upscaling;

/// <summary>Trained networks, which are known, as if they came from other makers: without their metadata, and with another range around them.</summary>
[TestClass]
public class StrippedModelTests
{
    public static IEnumerable<object[]> Names() => BuiltInModel.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void WhatTheMetadataSaidIsFoundOut(string name)
    {
        using var own = UpscalingModel.Load(BuiltInModel.Read(name));
        using var foreign = UpscalingModel.Load(Stripped(name).ToByteArray());
        var picture = Pictures.Fixture("scene");

        AssertFound(own.Description, foreign.Description, 1);
        Pictures.AssertEqual(new Upscaler(own).Upscale(picture).Picture, new Upscaler(foreign).Upscale(picture).Picture);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheRangeOfLevelsIsFoundOut(string name)
    {
        var model = Stripped(name);
        foreach (var input in model.Graph.Node.SelectMany(node => Enumerable.Range(0, node.Input.Count).Select(index => (node, index))))
        {
            if (input.node.Input[input.index] == "image")
                input.node.Input[input.index] = "image/255";
        }

        foreach (var node in model.Graph.Node.Where(node => node.Output.Contains("upscaled")))
            node.Output[0] = "upscaled/255";
        var graph = new GraphBuilder("levels");
        var levels = graph.Scalar(255f);
        model.Graph.Initializer.Add(graph.Graph.Initializer);
        model.Graph.Node.Insert(0, Node("Div", "image", levels.Name, "image/255"));
        model.Graph.Node.Add(Node("Mul", "upscaled/255", levels.Name, "upscaled"));
        using var own = UpscalingModel.Load(BuiltInModel.Read(name));
        using var foreign = UpscalingModel.Load(model.ToByteArray());
        var picture = Pictures.Fixture("scene");

        AssertFound(own.Description, foreign.Description, 255);
        Pictures.AssertWithin(1, new Upscaler(own).Upscale(picture).Picture, new Upscaler(foreign).Upscale(picture).Picture);
    }

    private static void AssertFound(ModelDescription own, ModelDescription foreign, int maximum)
    {
        Assert.AreEqual((own.Scale, (PixelRange)maximum, (PixelRange)maximum, false), (foreign.Scale, foreign.Pixels.InputRange, foreign.Pixels.OutputRange, foreign.Halts));
        Assert.IsEmpty(foreign.Assumptions);
        Assert.IsInRange(8, 72, foreign.TileOverlap);
        Assert.IsInRange(own.Parameters, own.Parameters + (own.Parameters / 6), foreign.Parameters);
        Assert.IsInRange(own.BytesPerPixel / 3, own.BytesPerPixel * 3, foreign.BytesPerPixel);
        Console.WriteLine($"overlap {foreign.TileOverlap}, advised {own.TileOverlap}; {foreign.BytesPerPixel} bytes a pixel, measured {own.BytesPerPixel}; {foreign.Parameters} parameters, {own.Parameters}");
    }

    private static ModelProto Stripped(string name)
    {
        var model = ModelProto.Parser.ParseFrom(BuiltInModel.Read(name));
        model.MetadataProps.Clear();
        return model;
    }

    private static NodeProto Node(string type, string input, string other, string output)
    {
        var node = new NodeProto { OpType = type, Name = $"levels/{output}" };
        node.Input.Add([input, other]);
        node.Output.Add(output);
        return node;
    }
}
