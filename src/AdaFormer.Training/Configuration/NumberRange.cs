using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer.Training;

/// <summary>A range of numbers, both ends included; in JSON a pair, <c>[35, 97]</c>.</summary>
/// <param name="From">The least.</param>
/// <param name="To">The most.</param>
[JsonConverter(typeof(NumberRangeConverter))]
public readonly record struct NumberRange(double From, double To)
{
    /// <exception cref="ArgumentException">It is not within the bounds, or its ends are in the wrong order.</exception>
    internal void Require(string name, double least, double most)
    {
        if (!(From >= least && From <= To && To <= most))
            throw new ArgumentException(FormattableString.Invariant($"{name} is [{From}, {To}]; expected two rising numbers from {least} to {most}."));
    }
}

internal sealed class NumberRangeConverter : JsonConverter<NumberRange>
{
    public override NumberRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray && JsonSerializer.Deserialize<double[]>(ref reader, options) is [var from, var to]
            ? new NumberRange(from, to)
            : throw new JsonException("A range is two numbers in brackets, such as [35, 97].");

    public override void Write(Utf8JsonWriter writer, NumberRange value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.From);
        writer.WriteNumberValue(value.To);
        writer.WriteEndArray();
    }
}
