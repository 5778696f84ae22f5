using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Shared;

/// <summary>What every controller of the portal can say.</summary>
public abstract class PortalController : Controller
{
    /// <summary>Who is signed in, with roles and memberships read from the database in this request.</summary>
    protected Actor Actor => HttpContext.Features.Get<Actor>() ?? throw new InvalidOperationException("No actor: the endpoint's permission allows signed-out requests.");

    /// <summary>Null when signed out.</summary>
    protected Actor? MaybeActor => HttpContext.Features.Get<Actor>();

    /// <summary>400: the same page, what was typed kept, each problem at its field and in the error summary.</summary>
    protected ViewResult Invalid(string view, object model, IEnumerable<Problem> problems)
    {
        foreach (var problem in problems) ModelState.AddModelError(problem.Field, problem.Message);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return View(view, model);
    }

    /// <summary>409: the same page with the reason in words.</summary>
    protected ViewResult Refused(string view, object model, Refusal refusal)
    {
        ViewData["Refusal"] = refusal.Message;
        Response.StatusCode = StatusCodes.Status409Conflict;
        return View(view, model);
    }

    /// <summary>429: the same page, what was typed kept, with the reason and when to come again. Nothing was done.</summary>
    protected IActionResult TooOften(string view, object model, TimeSpan wait, string message)
    {
        HttpContext.SayWhenToComeAgain(wait, message);
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        if (Request.IsFromScript()) return StatusCode(StatusCodes.Status429TooManyRequests);
        ViewData["Refusal"] = message;
        return View(view, model);
    }

    /// <summary>A banner on the next page.</summary>
    protected void Banner(string message) => TempData["Banner"] = message;
}
