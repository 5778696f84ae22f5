namespace GrantPortal.Data.Accounts;

/// <summary>An account as ASP.NET Core Identity changes it. Its mail address is its user name.</summary>
public sealed class PortalUser
{
    public required Guid Id { get; init; }

    public required string Email { get; set; }

    /// <summary>Upper case; unique.</summary>
    public string NormalizedEmail { get; set; } = "";

    /// <summary>Shown in histories and to colleagues.</summary>
    public required string Name { get; set; }

    /// <summary>Null: no password set yet, nobody signs in.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes with every credential; sessions and links that carry an older one are void.</summary>
    public string SecurityStamp { get; set; } = "";

    public bool EmailConfirmed { get; set; }

    public int AccessFailedCount { get; set; }

    /// <summary>Closed until this moment; null: open.</summary>
    public DateTimeOffset? LockoutEnd { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
