using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.NgSwin;

/// <summary>
/// Context of a window from its neighbours: each window becomes one token, a unigram, and attends to those of the n × n windows that
/// begin, and that end, with it.
/// </summary>
internal sealed class NGramContext(GraphBuilder main, WeightSet weights, ShiftedWindows windows, int channels, int ngram)
{
    private readonly Value _down = main.Node("Div", [windows.Height, main.Integers(windows.Side)]);
    private readonly Value _across = main.Node("Div", [windows.Width, main.Integers(windows.Side)]);
    private Value? _beginning;
    private Value? _ending;

    /// <summary>Tokens (N, T, C), window by window → the context of each window (N · windows, 1, C).</summary>
    public Value Build(GraphBuilder graph, string name, Value tokens)
    {
        var unigrams = graph.Reshape(Unigrams(graph, name, tokens), graph.Shape(graph.Size(tokens, 0), graph.Integers(-1, channels / 2)));
        var beginning = Attended(_beginning ??= Order(Beginning));
        var ending = Attended(_ending ??= Order(Ending));
        return weights.TokenLinear(graph, $"{name}.merge", graph.Reshape(graph.Concat(-1, beginning, ending), -1, 1, channels));

        // The mean over an n-gram precedes the projection, which is linear.
        Value Attended(Value order)
        {
            var mixed = new CosineAttention(weights, $"{name}.ngram_attn", ngram).Build(graph, graph.Ordered(unigrams, order));
            return weights.TokenLinear(graph, $"{name}.ngram_attn.proj", graph.ReduceMean(mixed, 1));
        }
    }

    /// <summary>A convolution with a kernel as large as the windows, in which an output sees two channels: (N · windows, C/2).</summary>
    private Value Unigrams(GraphBuilder graph, string name, Value tokens)
    {
        var (weight, area) = (weights[$"{name}.unigram_embed.weight"], windows.Area);
        var kernel = new float[area * channels];
        for (var channel = 0; channel < channels; channel++)
        {
            for (var place = 0; place < area; place++)
                kernel[(place * channels) + channel] = weight[(channel * area) + place];
        }

        var products = graph.Mul(graph.Reshape(tokens, -1, area, channels), graph.Weight($"{name}.unigram_embed.kernel", [area, channels], kernel));
        var pairs = graph.ReduceSum(graph.Reshape(graph.ReduceSum(products, 1), -1, channels / 2, 2), 2);
        return graph.Add(pairs, weights.In(graph, $"{name}.unigram_embed.bias"));
    }

    /// <summary>The windows of every n-gram, n² consecutive ones each.</summary>
    private Value Order(Func<Value, Value> sources) => TokenOrder.Windows(main, sources(_down), sources(_across), _across, ngram);

    /// <summary>For each of a number of windows, itself and the next n − 1; beyond the last, replaced by those before it.</summary>
    private Value Beginning(Value count)
    {
        var places = Places(count, 0);
        var sources = main.Where(main.Less(places, count), places, main.Sub(places, main.Scalar(ngram)));
        return main.Node("Max", [sources, main.Scalar(0)]);
    }

    /// <summary>For each of a number of windows, the n − 1 before it and itself; before the first, replaced by those after it.</summary>
    private Value Ending(Value count)
    {
        var places = Places(count, ngram - 1);
        var sources = main.Where(main.Less(places, main.Scalar(0)), main.Add(places, main.Scalar(ngram)), places);
        return main.Node("Min", [sources, main.Sub(count, main.Integers(1))]);
    }

    private Value Places(Value count, int before)
    {
        var first = main.Reshape(TokenOrder.Positions(main, count), -1, 1);
        return main.Reshape(main.Add(first, main.Integers([.. Enumerable.Range(-before, ngram)])), -1);
    }
}
