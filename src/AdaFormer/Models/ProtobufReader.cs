namespace AdaFormer;

/// <summary>Reads the fields of a protobuf message (https://protobuf.dev/programming-guides/encoding), as strictly as protobuf's own reader.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field's number.</summary>
    public uint Field { get; private set; }

    /// <summary>Whether the field is bytes, text, a message or packed numbers, which are its <see cref="Content"/>.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Whether the field is an integer, its <see cref="Number"/>.</summary>
    public bool HasNumber { get; private set; }

    /// <summary>The field's bytes, text or message.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The field's integer.</summary>
    public ulong Number { get; private set; }

    /// <summary>Reads the next field; false at the message's end.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a protobuf message, or end too early.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = Varint();
        // Protobuf would truncate the tag to 32 bits, and so see a different field.
        if (tag > uint.MaxValue)
            throw new InvalidDataException($"The tag {tag} is too large.");
        Field = (uint)tag >> 3;
        (HasNumber, HasContent) = ((tag & 7) == 0, (tag & 7) == 2);
        Number = HasNumber ? Varint() : 0;
        var length = (tag & 7) switch
        {
            0 => 0UL,
            1 => 8UL,
            2 => Varint(),
            5 => 4UL,
            _ => throw new InvalidDataException($"Wire type {tag & 7} is unknown."),
        };
        if (length > (ulong)_rest.Length)
            throw new InvalidDataException($"A field of {length} bytes is longer than the rest of the file.");
        Content = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>Multiplies the integers of a repeated field, one by one or packed; null on overflow.</summary>
    public readonly long? Times(long? product)
    {
        if (HasNumber)
            return Times(product, Number);
        for (var packed = new ProtobufReader(HasContent ? Content : []); !packed._rest.IsEmpty;)
            product = Times(product, packed.Varint());
        return product;
    }

    private static long? Times(long? product, ulong factor)
    {
        var result = product is { } known ? (UInt128)(ulong)known * factor : UInt128.MaxValue;
        return result > long.MaxValue ? null : (long)result;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var index = 0; index < Math.Min(10, _rest.Length); index++)
        {
            value |= (ulong)(_rest[index] & 0x7f) << (7 * index);
            if (_rest[index] < 0x80)
            {
                _rest = _rest[(index + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("A number does not end.");
    }
}
