using System.Buffers.Binary;
using System.Text;

namespace GrantPortal.Web.Tests.Telemetry;

/// <summary>A message of protocol buffers, read without its definition: fields by their numbers.</summary>
internal sealed class Protobuf(ReadOnlyMemory<byte> bytes)
{
    private readonly ILookup<int, ReadOnlyMemory<byte>> fields = Read(bytes).ToLookup(f => f.Number, f => f.Value);

    /// <summary>The messages in a repeated field.</summary>
    public IEnumerable<Protobuf> All(int number) => fields[number].Select(value => new Protobuf(value));

    /// <summary>The messages at the end of a path of fields, each of which may be repeated.</summary>
    public IEnumerable<Protobuf> At(params ReadOnlySpan<int> path)
    {
        IEnumerable<Protobuf> found = [this];
        foreach (var number in path) found = found.SelectMany(message => message.All(number)).ToList();
        return found;
    }

    public string Text(int number) => fields[number].FirstOrDefault() is { Length: > 0 } value ? Encoding.UTF8.GetString(value.Span) : "";

    public string Hex(int number) => fields[number].FirstOrDefault() is { Length: > 0 } value ? Convert.ToHexStringLower(value.Span) : "";

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Value)> Read(ReadOnlyMemory<byte> rest)
    {
        while (rest.Length > 0)
        {
            var key = Varint(ref rest);
            var length = (key & 7) switch
            {
                0 => -1,
                1 => 8,
                2 => (int)Varint(ref rest),
                5 => 4,
                _ => throw new InvalidDataException("No message of protocol buffers."),
            };
            if (length < 0)
            {
                var number = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(number, Varint(ref rest));
                yield return ((int)(key >> 3), number);
                continue;
            }
            yield return ((int)(key >> 3), rest[..length]);
            rest = rest[length..];
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> rest)
    {
        var (value, shift, i) = (0UL, 0, 0);
        while (true)
        {
            var next = rest.Span[i++];
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
            if (next < 0x80) break;
        }
        rest = rest[i..];
        return value;
    }
}
