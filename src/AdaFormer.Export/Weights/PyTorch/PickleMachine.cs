using System.Numerics;
using System.Text;

namespace AdaFormer.Export.Weights.PyTorch;

/// <summary>
/// Reads Python's pickles as data (https://github.com/python/cpython/blob/main/Lib/pickletools.py describes the operations). A pickle is
/// a program for a stack machine; this one knows numbers, strings, containers, and the few names of <see cref="PickleGlobal"/>, calls
/// nothing, and rejects everything else by name. Tuples become arrays; dictionaries keep keys that are texts or numbers.
/// </summary>
/// <param name="input">The bytes.</param>
/// <param name="storage">Gets the storage of a persistent id.</param>
internal sealed class PickleMachine(PickleInput input, Func<object?[], TorchStorage> storage)
{
    private const int MaximumSteps = 10_000_000;
    private const int MaximumNumber = 64;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _steps;

    /// <summary>Reads one pickle, to its end.</summary>
    /// <exception cref="WeightsFormatException">It is damaged, too large, or references something other than data.</exception>
    public object? Read()
    {
        while (true)
        {
            CountSteps(1);
            var operation = input.Byte();
            if (operation == '.')
                return Pop();
            if (!Push(operation) && !Collect(operation) && !Keep(operation) && !Call(operation))
                throw input.Refused($"pickle operation 0x{operation:x2}");
        }
    }

    /// <summary>Operations that push a literal value.</summary>
    private bool Push(byte operation)
    {
        object? value;
        switch (operation)
        {
            case (byte)'N': value = null; break;
            case 0x88: value = true; break;
            case 0x89: value = false; break;
            case (byte)'J': value = (long)input.Int32(); break;
            case (byte)'K': value = (long)input.Byte(); break;
            case (byte)'M': value = (long)input.UInt16(); break;
            case 0x8a: value = Number(input.Byte()); break;
            case 0x8b: value = Number(input.Int32()); break;
            case (byte)'G': value = input.BigEndianDouble(); break;
            case (byte)'U': value = input.Text(input.Byte(), Encoding.Latin1); break;
            case (byte)'T': value = input.Text(input.Int32(), Encoding.Latin1); break;
            case 0x8c: value = input.Text(input.Byte(), Encoding.UTF8); break;
            case (byte)'X': value = input.Text(input.Int32(), Encoding.UTF8); break;
            case 0x8d: value = input.Text(input.Int64(), Encoding.UTF8); break;
            case (byte)'C': value = input.Bytes(input.Byte()).ToArray(); break;
            case (byte)'B': value = input.Bytes(input.Int32()).ToArray(); break;
            case (byte)')': value = Array.Empty<object?>(); break;
            case (byte)']': value = new List<object?>(); break;
            case (byte)'}': value = new Dictionary<object, object?>(); break;
            case (byte)'c': value = PickleGlobal.Find(input, input.Line(), input.Line()); break;
            default: return false;
        }

        _stack.Add(value);
        return true;
    }

    /// <summary>Operations that create or fill containers from the stack.</summary>
    private bool Collect(byte operation)
    {
        switch (operation)
        {
            case (byte)'(': _marks.Push(_stack.Count); break;
            case (byte)'t': _stack.Add(PopToMark()); break;
            case (byte)'l': _stack.Add(PopToMark().ToList()); break;
            case 0x85 or 0x86 or 0x87: _stack.Add(PopMany(operation - 0x84)); break;
            case (byte)'d': _stack.Add(Fill([], PopToMark())); break;
            case (byte)'a': Fill([Pop()]); break;
            case (byte)'e': Fill(PopToMark()); break;
            case (byte)'s': Fill(Top<Dictionary<object, object?>>(2), PopMany(2)); break;
            case (byte)'u':
                var items = PopToMark();
                Fill(Top<Dictionary<object, object?>>(0), items);
                break;
            default: return false;
        }

        return true;
    }

    /// <summary>Operations that only move values, and headers.</summary>
    private bool Keep(byte operation)
    {
        switch (operation)
        {
            case 0x80: input.Byte(); break;
            case 0x95: input.Int64(); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': _stack.Add(Top<object?>(0)); break;
            case (byte)'q': _memo[input.Byte()] = Top<object?>(0); break;
            case (byte)'r': _memo[input.Int32()] = Top<object?>(0); break;
            case 0x94: _memo[_memo.Count] = Top<object?>(0); break;
            case (byte)'h': _stack.Add(Remembered(input.Byte())); break;
            case (byte)'j': _stack.Add(Remembered(input.Int32())); break;
            default: return false;
        }

        return true;
    }

    /// <summary>Operations that would call something in Python.</summary>
    private bool Call(byte operation)
    {
        switch (operation)
        {
            case 0x93:
                var names = PopMany(2);
                _stack.Add(PickleGlobal.Find(input, As<string>(names[0]), As<string>(names[1])));
                return true;
            case (byte)'Q':
                _stack.Add(storage(As<object?[]>(Pop())));
                return true;
            case (byte)'R':
                var arguments = As<object?[]>(Pop());
                _stack.Add(Make(As<PickleGlobal>(Pop()), arguments));
                return true;
            case (byte)'b':
                SetAttributes(Pop());
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// State dictionaries carry the versions of their modules as attributes, which do not affect the weights; types of NumPy, the order of bytes.
    /// </summary>
    private void SetAttributes(object? state)
    {
        if (Top<object?>(0) is not NumpyType)
            Top<Dictionary<object, object?>>(0);
        else if (state is not object?[] { Length: >= 2 } parts || parts[1] is not ("<" or "|" or "="))
            throw input.Refused("a NumPy type other than a little-endian number");
    }

    private object? Make(PickleGlobal what, object?[] arguments)
    {
        if (what == PickleGlobal.OrderedDictionary)
            return arguments.Length == 0 ? [] : Fill([], [.. As<List<object?>>(arguments[0]).SelectMany(pair => Items(pair).Take(2))]);
        if (what == PickleGlobal.Parameter && arguments.Length > 0)
            return As<TorchTensor>(arguments[0]);
        if (what == PickleGlobal.Size && arguments.Length == 1)
            return Items(arguments[0]);
        if (what == PickleGlobal.Tensor && arguments.Length >= 4)
            return new TorchTensor(input, As<TorchStorage>(arguments[0]), As<long>(arguments[1]), Sizes(arguments[2]), Sizes(arguments[3]));
        if (what == PickleGlobal.Encode && arguments is [string text, "latin1"])
            return Encoding.Latin1.GetBytes(text);
        if (what == PickleGlobal.NumpyType && arguments is [string code, ..])
            return new NumpyType(code);
        if (what == PickleGlobal.NumpyScalar && arguments is [NumpyType type, byte[] bytes])
            return type.Read(bytes) ?? throw input.Refused($"a NumPy value of type '{type.Code}'");
        throw input.Damaged($"a value is built from {arguments.Length} others, which is the wrong number");

        long[] Sizes(object? sizes) => [.. Items(sizes).Select(As<long>)];
    }

    private object?[] Items(object? value)
    {
        object?[] items = value is List<object?> list ? [.. list] : As<object?[]>(value);
        CountSteps(items.Length);
        return items;
    }

    private void Fill(object?[] items) => Top<List<object?>>(0).AddRange(items);

    private Dictionary<object, object?> Fill(Dictionary<object, object?> dictionary, object?[] items)
    {
        CountSteps(items.Length);
        if (items.Length % 2 != 0)
            throw input.Damaged("a dictionary has a key without a value");
        for (var index = 0; index < items.Length; index += 2)
            dictionary[items[index] is string or long or double or bool ? items[index]! : throw input.Damaged("a dictionary has a key that is neither text nor number")] = items[index + 1];
        return dictionary;
    }

    private object Number(long length)
    {
        if (length > MaximumNumber)
            throw input.Damaged($"a number has {length} bytes");
        var number = new BigInteger(input.Bytes(length));
        return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
    }

    private object? Remembered(long key) => _memo.TryGetValue(key, out var value) ? value : throw input.Damaged($"value {key} is used before it was stored");

    /// <summary>The value at some depth below the top of the stack.</summary>
    private T Top<T>(int depth) => _stack.Count > depth + Floor ? As<T>(_stack[^(depth + 1)]) : throw Empty();

    private object? Pop() => PopMany(1)[0];

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Empty();
        var popped = PopMany(_stack.Count - Floor);
        _marks.Pop();
        return popped;
    }

    private object?[] PopMany(int count)
    {
        if (_stack.Count - Floor < count)
            throw Empty();
        var popped = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return popped;
    }

    // Values below the last mark are not accessible.
    private int Floor => _marks.TryPeek(out var mark) ? mark : 0;

    private void CountSteps(int steps)
    {
        if ((_steps += steps) > MaximumSteps)
            throw input.Damaged($"it takes more than {MaximumSteps:N0} steps to read");
    }

    private T As<T>(object? value) => value is T typed ? typed
        : value is null && default(T) is null ? default!
        : throw input.Damaged($"a {Name(value?.GetType())} stands where a {Name(typeof(T))} belongs");

    private WeightsFormatException Empty() => input.Damaged("it takes values that were not given");

    private static string Name(Type? type) => type == typeof(PickleGlobal) ? "name" : type?.Name ?? "None";
}
