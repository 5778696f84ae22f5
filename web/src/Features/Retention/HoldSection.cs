using GrantPortal.Data.Retention;

namespace GrantPortal.Web.Features.Retention;

/// <summary>法的保全 on the staff's page of a case, the partial view <c>_Hold</c>: that it holds and why, and for a 管理者 the way to it.</summary>
/// <param name="Hold">Null: none holds.</param>
public sealed record HoldSection(Guid ApplicationId, LegalHold? Hold, bool MayChange);
