using GrantPortal.Data;
using GrantPortal.Data.Retention;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Retention;

/// <summary>法的保全 on the staff's page of a case: that it holds and why, and for a 管理者 the way to it. Nothing where there is neither.</summary>
public sealed class HoldOfApplication(Database database) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync(Guid id)
    {
        await using var connection = await database.OpenAsync(HttpContext.RequestAborted);
        var hold = await LegalHolds.OpenAsync(connection, id);
        var mayChange = Permissions.Allows(Permission.HoldRecords, HttpContext.Features.Get<Actor>());
        return hold is null && !mayChange ? Content("") : View("/Features/Retention/_Hold.cshtml", new HoldSection(id, hold, mayChange));
    }
}

public sealed record HoldSection(Guid ApplicationId, LegalHold? Hold, bool MayChange);
