using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Security;

namespace GrantPortal.Web.Features.GbizId;

/// <summary>Why a sign-in with GビズID came to nothing.</summary>
public enum GbizIdFailure
{
    /// <summary>State, code or cookie do not belong together, or are too old.</summary>
    Invalid,

    /// <summary>The provider does not answer.</summary>
    Down,

    /// <summary>The person declined at the provider.</summary>
    Declined,
}

/// <summary>Failed sign-ins with GビズID, in the audit.</summary>
public sealed class GbizIdAudit(AuditLog audit)
{
    public Task FailedAsync(HttpContext context, GbizIdFailure why) =>
        audit.AppendAsync(new AuditEntry(null, "login-failed", Address: context.Address(), Detail: new { method = Codes.Of(SignInMethod.GbizId), why = Codes.Of(why) }));
}
