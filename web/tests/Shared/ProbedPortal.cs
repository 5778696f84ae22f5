using System.Net.Sockets;
using GrantPortal.Testing;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace GrantPortal.Web.Tests.Shared;

/// <summary>The portal with a few endpoints more, on which the pipeline is tried out.</summary>
public sealed class ProbedPortal : PortalHost
{
    public ProbedPortal(PortalServices services)
        : base(services) => Configure = collection => collection.AddControllers().AddApplicationPart(typeof(ProbeController).Assembly);
}

[Route("probe")]
public sealed class ProbeController(IAntiforgery antiforgery) : PortalController
{
    /// <summary>A step: shows a form, with what was parked for it.</summary>
    [Permit(Permission.Apply)]
    [HttpGet("step/{id:int}")]
    public async Task<IActionResult> Step()
    {
        var parked = await ParkedPosts.TakeAsync(HttpContext);
        var fields = parked is null ? "nothing" : string.Join('&', parked.Select(f => $"{f.Key}={string.Join(',', f.Value.ToArray())}"));
        var token = antiforgery.GetAndStoreTokens(HttpContext).RequestToken;
        return Content($"<p>{fields}</p><form><input name=\"__RequestVerificationToken\" type=\"hidden\" value=\"{token}\"></form>", "text/html; charset=utf-8");
    }

    [Permit(Permission.Apply)]
    [HttpPost("step/{id:int}")]
    public IActionResult Save(string? name) => Content($"saved {name}");

    /// <summary>Has no page of its own.</summary>
    [Permit(Permission.Apply)]
    [HttpPost("act")]
    public IActionResult Act() => Content("done");

    [Permit(Permission.ReadReviews)]
    [HttpGet("staff")]
    public IActionResult Staff() => Content("staff");

    [Permit(Permission.Apply)]
    [HttpGet("forbidden")]
    public IActionResult Forbidden() => Forbid();

    [HttpGet("unnamed")]
    public IActionResult Unnamed() => Content("never");

    [Permit(Permission.Public)]
    [HttpGet("crash")]
    public IActionResult Crash() => throw new InvalidOperationException("secret words");

    [Permit(Permission.Public)]
    [HttpGet("outage")]
    public IActionResult Outage() => throw new NpgsqlException("down", new SocketException((int)SocketError.ConnectionRefused));

    [Permit(Permission.Public)]
    [HttpGet("status/{code:int}")]
    public IActionResult Status(int code) => StatusCode(code);

    [Permit(Permission.Public)]
    [HttpGet("framed")]
    public IActionResult Framed()
    {
        Response.Headers.ContentSecurityPolicy = SecurityHeaders.FramedByOurPages;
        return Content("a document");
    }
}
