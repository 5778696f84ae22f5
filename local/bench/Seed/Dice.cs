using System.Buffers.Binary;

namespace GrantPortal.Bench.Seed;

/// <summary>Repeatable chance (SplitMix64): the same seed gives the same country on every machine and .NET version.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>Independent chance for the <paramref name="index"/>-th of something.</summary>
    public static Dice For(ulong seed, long index) => new(new Dice(seed ^ (ulong)index).Next() + (ulong)index);

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="below"/> − 1.</summary>
    public int Below(int below) => (int)(Next() % (ulong)below);

    /// <summary>Both ends included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <param name="percent">0 to 100.</param>
    public bool Chance(int percent) => Below(100) < percent;

    public T Pick<T>(IReadOnlyList<T> among) => among[Below(among.Count)];

    /// <summary>As <see cref="System.Guid.NewGuid"/> makes them: documents are named so.</summary>
    public Guid RandomId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>As <see cref="Guid.CreateVersion7()"/> makes them: applications and applicants are named so.</summary>
    public Guid TimedId(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        time[2..].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>64 hexadecimal digits.</summary>
    public string Sha256()
    {
        Span<byte> bytes = stackalloc byte[32];
        Fill(bytes[..16]);
        Fill(bytes[16..]);
        return Convert.ToHexStringLower(bytes);
    }

    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private void Fill(Span<byte> sixteen)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sixteen, Next());
        BinaryPrimitives.WriteUInt64LittleEndian(sixteen[8..], Next());
    }
}
