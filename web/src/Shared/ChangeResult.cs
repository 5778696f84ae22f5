using GrantPortal.Domain.Applications;

namespace GrantPortal.Web.Shared;

/// <summary>How a command on something else than an application ended.</summary>
public abstract record ChangeResult
{
    private ChangeResult()
    {
    }

    /// <summary>The change, its line in the audit and its mails are committed.</summary>
    public sealed record Done : ChangeResult;

    /// <summary>It does not exist, or not for this actor.</summary>
    public sealed record NotFound : ChangeResult;

    /// <summary>The actor's role for this object may never do this.</summary>
    public sealed record Forbidden : ChangeResult;

    /// <summary>Valid, but rules or state forbid it; nothing was changed.</summary>
    public sealed record Refused(Refusal Reason) : ChangeResult;

    /// <exception cref="ArgumentNullException">Nothing stood against it: that is no refusal.</exception>
    public static implicit operator ChangeResult(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new Refused(refusal);
    }
}
