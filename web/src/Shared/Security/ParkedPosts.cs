using System.Security.Claims;
using System.Text;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GrantPortal.Web.Shared.Security;

/// <summary>
/// Keeps the fields of a form whose session had expired, until the person has signed in again and the page asks for them. Only forms of our
/// own pages: another site must not be able to fill in a form for somebody. Files, passwords and tokens are never kept.
/// </summary>
public sealed class ParkedPosts(
    Database database,
    TimeProvider clock,
    IOptions<PortalOptions> portal,
    IOptions<AntiforgeryOptions> antiforgery,
    IOptionsMonitor<CookieAuthenticationOptions> sessions)
{
    /// <summary>Names and values together, bytes of UTF-8.</summary>
    public const int LargestForm = 64 * 1024;

    /// <summary>Fields of second factors.</summary>
    private static readonly HashSet<string> Secrets = new(["Code", "RecoveryCode", "Credential"], StringComparer.OrdinalIgnoreCase);

    private const int MostFields = 1000;
    private const int MostAtOnce = 4;

    /// <summary>After this they are not given back, and deleted by the next tick of the jobs.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

    private readonly CookieBuilder cookie = Cookie(portal.Value);

    /// <summary>
    /// What was posted to this page before signing in, once; null when there is nothing. Call it in the page's GET and show the form with it.
    /// </summary>
    public static Task<IFormCollection?> TakeAsync(HttpContext context) => context.RequestServices.GetRequiredService<ParkedPosts>().TakeForAsync(context);

    /// <summary>Keeps the request's fields for the page at <paramref name="address"/>.</summary>
    /// <returns>False when there is nothing to keep, or too much.</returns>
    public async Task<bool> ParkAsync(HttpContext context, string address)
    {
        if (!context.Request.HasFormContentType || !context.Request.IsFromOurPages()) return false;
        if (await ReadAsync(context.Request, context.RequestAborted) is not { Count: > 0 } fields) return false;
        var id = Guid.NewGuid();
        await using (var connection = await database.OpenAsync(context.RequestAborted))
            if (!await ParkedPostStore.AddAsync(connection, id, new ParkedPost(address.Split('?')[0], Owner(context), fields), clock.GetUtcNow())) return false;
        WriteCookie(context, [id, .. ReadCookie(context).Take(MostAtOnce - 1)]);
        return true;
    }

    /// <summary>Forgets what the browser had parked: the next person at it must not see it.</summary>
    public void Forget(HttpContext context) => WriteCookie(context, []);

    private async Task<IFormCollection?> TakeForAsync(HttpContext context)
    {
        if (context.Features.Get<Actor>() is not { } actor || ReadCookie(context) is not { Length: > 0 } ids) return null;
        await using var connection = await database.OpenAsync(context.RequestAborted);
        var post = await ParkedPostStore.TakeAsync(connection, ids, context.Request.Path, actor.UserId, clock.GetUtcNow() - Lifetime);
        return post is null ? null : new FormCollection(post.Fields.ToDictionary(f => f.Key, f => new StringValues(f.Value), StringComparer.OrdinalIgnoreCase));
    }

    private async Task<Dictionary<string, string[]>?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            // Already read when the form's token was looked for.
            if (request.HttpContext.Features.Get<IFormFeature>()?.Form is { } form) return Collect(form);
            if (Boundary(request) is { Length: > 0 } boundary) return await ReadMultipartAsync(boundary, request.Body, cancel);
            var options = new FormOptions { KeyLengthLimit = 1024, ValueLengthLimit = LargestForm, ValueCountLimit = MostFields };
            return request.ContentLength > 4 * LargestForm ? null : Collect(await new FormFeature(request, options).ReadFormAsync(cancel));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return null; // Cut short or malformed: there is nothing to show again.
        }
    }

    private Dictionary<string, string[]>? Collect(IFormCollection form)
    {
        var kept = form.Where(f => MayKeep(f.Key)).ToDictionary(f => f.Key, f => f.Value.Select(v => Clean(v)).ToArray(), StringComparer.OrdinalIgnoreCase);
        return kept.Sum(f => f.Value.Sum(v => Encoding.UTF8.GetByteCount(f.Key) + Encoding.UTF8.GetByteCount(v))) > LargestForm ? null : kept;
    }

    /// <summary>Reads the fields and lets the files pass by unread, so that nothing of them is kept anywhere.</summary>
    private async Task<Dictionary<string, string[]>?> ReadMultipartAsync(string boundary, Stream body, CancellationToken cancel)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        var reader = new MultipartReader(boundary, body);
        var bytes = new byte[LargestForm + 1];
        var (budget, fields) = (LargestForm, 0);
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition || !disposition.IsFormDisposition()) continue;
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (!MayKeep(name)) continue;
            var length = await section.Body.ReadAtLeastAsync(bytes.AsMemory(0, budget + 1), budget + 1, throwOnEndOfStream: false, cancel);
            budget -= length + Encoding.UTF8.GetByteCount(name);
            if (budget < 0 || ++fields > MostFields) return null;
            values[name] = StringValues.Concat(values.GetValueOrDefault(name), Clean(Encoding.UTF8.GetString(bytes, 0, length)));
        }
        return values.ToDictionary(v => v.Key, v => v.Value.Select(text => text ?? "").ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    private static string? Boundary(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString()
            : null;

    private bool MayKeep(string name) =>
        name.Length is > 0 and <= 1024 && name != antiforgery.Value.FormFieldName && !Secrets.Contains(name) && !name.Contains("password", StringComparison.OrdinalIgnoreCase);

    /// <summary>jsonb takes every character but one.</summary>
    private static string Clean(string? value) => (value ?? "").Replace("\0", "", StringComparison.Ordinal);

    /// <summary>Who is signed in, or whose session it was: an expired cookie still says so.</summary>
    private Guid? Owner(HttpContext context)
    {
        if (context.Features.Get<Actor>() is { } actor) return actor.UserId;
        var session = sessions.Get(IdentityConstants.ApplicationScheme);
        var ticket = session.CookieManager.GetRequestCookie(context, session.Cookie.Name!) is { } value ? session.TicketDataFormat.Unprotect(value) : null;
        return Guid.TryParse(ticket?.Principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;
    }

    private Guid[] ReadCookie(HttpContext context) =>
        [.. (context.Request.Cookies[cookie.Name!] ?? "").Split('.').Take(MostAtOnce).Select(id => Guid.TryParse(id, out var guid) ? guid : Guid.Empty).Where(id => id != Guid.Empty)];

    private void WriteCookie(HttpContext context, IReadOnlyList<Guid> ids)
    {
        if (ids.Count == 0 && !context.Request.Cookies.ContainsKey(cookie.Name!)) return;
        if (ids.Count == 0) context.Response.Cookies.Delete(cookie.Name!, cookie.Build(context));
        else context.Response.Cookies.Append(cookie.Name!, string.Join('.', ids.Select(id => id.ToString("N"))), cookie.Build(context));
    }

    private static CookieBuilder Cookie(PortalOptions portal)
    {
        // By age, not by date: the portal's clock may differ from the browser's.
        var parked = new CookieBuilder { SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict, MaxAge = Lifetime };
        PortalCookies.Guard(parked, "parked", portal);
        return parked;
    }
}
