namespace GrantPortal.Domain.Programmes;

/// <summary>The two programmes (事業): care offices (介護事業所) and medical institutions (医療機関).</summary>
public enum Programme
{
    Care,
    Medical,
}

/// <summary>Whether the caps of an office with several services are added per category or per service code (要綱 §4) [setting].</summary>
public enum CapBasis
{
    Category,
    ServiceCode,
}

/// <summary>Whether one live application per number is counted across all years or within one (要綱 §6) [setting].</summary>
public enum NumberScope
{
    AllYears,
    OneYear,
}

/// <summary>病院 has 20 beds or more, 診療所 0 to 19 (医療法 §1-5).</summary>
public enum InstitutionKind
{
    Hospital,
    Clinic,
}

/// <summary>One service of 要綱 別添.</summary>
/// <param name="Code">Two characters, a string because of <c>2A</c>.</param>
public sealed record Service(string Code, string Name)
{
    /// <summary>As it stands beside its checkbox: 「11 訪問介護」.</summary>
    public string Label => $"{Code} {Name}";
}

/// <summary>A category (区分) of 要綱 別表 with its cap and its limit of card readers.</summary>
/// <param name="Cap">助成限度額, yen.</param>
/// <param name="Readers">助成限度台数.</param>
public sealed record ServiceCategory(string Key, string Name, Yen Cap, int Readers, IReadOnlyList<Service> Services);

/// <summary>The rate and cap for a kind of medical institution within a range of beds, both ends included.</summary>
/// <param name="MaxBeds">Null: no upper end.</param>
public sealed record MedicalRate(InstitutionKind Kind, int MinBeds, int? MaxBeds, int Numerator, int Denominator, Yen Cap)
{
    public bool Covers(InstitutionKind kind, int beds) => kind == Kind && beds >= MinBeds && (MaxBeds is not { } max || beds <= max);

    /// <summary>As in 「3/4」.</summary>
    public string Label => $"{Numerator}/{Denominator}";
}
