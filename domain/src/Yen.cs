namespace GrantPortal.Domain;

/// <summary>An amount of money in whole yen, tax included, never negative.</summary>
public readonly record struct Yen : IComparable<Yen>
{
    /// <summary>The largest amount a person may type: 9,999,999,999 yen. Keeps every sum and product of the rules inside 64 bits.</summary>
    public const long LargestTyped = 9_999_999_999;

    public Yen(long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        Amount = amount;
    }

    /// <summary>Whole yen, 0 or more.</summary>
    public long Amount { get; }

    public static Yen Zero => default;

    public static Yen operator +(Yen left, Yen right) => new(checked(left.Amount + right.Amount));

    /// <summary>What is left after taking <paramref name="deducted"/> away; zero where more is taken than there is.</summary>
    public Yen Less(Yen deducted) => new(Math.Max(0, Amount - deducted.Amount));

    /// <summary>1,000円未満切り捨て (要綱 §4): the part below 1,000 yen dropped.</summary>
    public Yen FloorThousand() => new(Amount - (Amount % 1000));

    public static bool operator <(Yen left, Yen right) => left.Amount < right.Amount;
    public static bool operator >(Yen left, Yen right) => left.Amount > right.Amount;
    public static bool operator <=(Yen left, Yen right) => left.Amount <= right.Amount;
    public static bool operator >=(Yen left, Yen right) => left.Amount >= right.Amount;
    public static Yen Min(Yen left, Yen right) => left < right ? left : right;
    public int CompareTo(Yen other) => Amount.CompareTo(other.Amount);

    /// <summary>Reads what people type: full-width digits, thousands commas, 円 and ￥ are accepted; blank is zero.</summary>
    /// <returns>False for anything that is not a whole number from 0 to <see cref="LargestTyped"/>.</returns>
    public static bool TryParse(string? text, out Yen yen)
    {
        yen = Zero;
        var digits = JapaneseText.Narrow(text).Replace(",", "", StringComparison.Ordinal).Trim().TrimStart('¥', '\\').TrimEnd('円').Trim();
        if (digits.Length == 0) return string.IsNullOrWhiteSpace(text);
        if (digits.Length > 10 || !digits.All(char.IsAsciiDigit)) return false;
        yen = new Yen(long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>With thousands commas and without a unit, as in 64,000.</summary>
    public override string ToString() => Amount.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture);
}
