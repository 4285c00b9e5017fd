namespace AdaFormer.Export.Weights.PyTorch;

/// <summary>A view of a storage: the element at (i, j, …) is at offset + i·stride₀ + j·stride₁ + … .</summary>
internal sealed class TorchTensor
{
    private const int MaximumRank = 8;
    private readonly TorchStorage _storage;
    private readonly long _offset;
    private readonly long[] _shape;
    private readonly long[] _strides;

    public TorchTensor(PickleInput input, TorchStorage storage, long offset, long[] shape, long[] strides)
    {
        (_storage, _offset, _shape, _strides) = (storage, offset, shape, strides);
        if (shape.Length != strides.Length || shape.Length > MaximumRank || offset < 0 || shape.Any(extent => extent < 0) || strides.Any(stride => stride < 0))
            throw input.Damaged($"a tensor has shape [{string.Join(", ", shape.Take(MaximumRank))}] with strides [{string.Join(", ", strides.Take(MaximumRank))}] from {offset}");
        try
        {
            Count = shape.Aggregate(1L, (product, extent) => checked(product * extent));
            var last = shape.Zip(strides).Aggregate(offset, (position, axis) => checked(position + ((axis.First - 1) * axis.Second)));
            if (Count > 0 && last >= storage.Count)
                throw input.Damaged($"a tensor of shape [{string.Join(", ", shape)}] reaches to element {last} of a storage of {storage.Count}");
        }
        catch (OverflowException exception)
        {
            throw new WeightsFormatException($"'{input.Name}' has a tensor of shape [{string.Join(", ", shape)}], which no file can hold.", exception);
        }
    }

    public long Count { get; }

    public WeightTensor Read()
    {
        var size = _storage.Elements.Size;
        if (IsContiguous())
            return new WeightTensor(_shape, _storage.Elements.ReadAll(_storage.Bytes.Span.Slice((int)(Count == 0 ? 0 : _offset * size), (int)(Count * size))));
        var bytes = _storage.Bytes.Span;
        var (values, place) = (new float[Count], new long[_shape.Length]);
        var position = _offset;
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = _storage.Elements.Read(bytes[(int)(position * size)..]);
            for (var axis = _shape.Length - 1; axis >= 0; axis--)
            {
                position += _strides[axis];
                if (++place[axis] < _shape[axis])
                    break;
                position -= place[axis] * _strides[axis];
                place[axis] = 0;
            }
        }

        return new WeightTensor(_shape, values);
    }

    private bool IsContiguous()
    {
        var expected = 1L;
        for (var axis = _shape.Length - 1; axis >= 0; axis--)
        {
            if (_shape[axis] != 1 && _strides[axis] != expected)
                return Count == 0;
            expected *= _shape[axis];
        }

        return true;
    }
}
