using System.Diagnostics;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using Azure;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Npgsql;

namespace GrantPortal.Web.Shared.Errors;

/// <summary>
/// Every answer of 400 and above that has no page of its own gets one: plain words and a reference number that also stands in the log, never a
/// stack trace. A database or blob store that cannot be reached is 503: come back later.
/// </summary>
public sealed class ErrorPages(RequestDelegate next, IModelMetadataProvider metadata, ILogger<ErrorPages> log)
{
    private const string RetryAfterSeconds = "30";
    private static readonly object Words = new();

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            return; // Nobody is there to read an answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var status = StatusOf(exception);
            log.Log(status < 500 ? LogLevel.Information : LogLevel.Error, exception, "{Reference}: {Method} {Route} failed", ReferenceOf(context), context.Request.Method, context.Route());
            if (exception is AntiforgeryValidationException) Say(context, "画面を開いてから時間がたったか、別の画面でログインし直したため、送信を受け付けられませんでした。");
            context.Response.Clear();
            context.Response.StatusCode = status;
        }
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentType is not null || response.ContentLength is not null) return;
        if (response.StatusCode == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = RetryAfterSeconds;
        await ShowAsync(context);
    }

    /// <summary>More precise words for the error page of this request.</summary>
    /// <param name="back">Address of a page to go on from.</param>
    public static void Say(HttpContext context, string message, string? back = null) => context.Items[Words] = (message, back);

    /// <summary>お問い合わせ番号: the beginning of the trace's id, short enough for the telephone.</summary>
    public static string ReferenceOf(HttpContext context)
    {
        return ReferenceOf(context.Features.Get<IHttpActivityFeature>()?.Activity.TraceId ?? Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom());
    }

    /// <inheritdoc cref="ReferenceOf(HttpContext)"/>
    public static string ReferenceOf(ActivityTraceId trace)
    {
        var digits = trace.ToHexString().ToUpperInvariant();
        return $"{digits[..5]}-{digits[5..10]}";
    }

    private async Task ShowAsync(HttpContext context)
    {
        var (message, back) = context.Items[Words] is (string words, var to) ? (words, to as string) : (null, null);
        var page = new ErrorPage(context.Response.StatusCode, message, ReferenceOf(context)) { Back = back };
        log.LogInformation("{Reference}: {Status} for {Method} {Route}", page.Reference, page.Status, context.Request.Method, context.Route());
        if (context.Request.IsFromScript())
        {
            var problem = new ProblemDetails { Status = page.Status, Title = page.Title, Detail = string.Concat(page.Words), Extensions = { ["reference"] = page.Reference } };
            await context.Response.WriteAsJsonAsync(problem, options: null, MediaTypeNames.Application.ProblemJson);
            return;
        }
        try
        {
            var data = new ViewDataDictionary<ErrorPage>(metadata, new ModelStateDictionary()) { Model = page };
            var view = new ViewResult { ViewName = "/Shared/Error.cshtml", ViewData = data };
            await view.ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor()));
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // The page itself needs something that is down.
            log.LogError(exception, "{Reference}: the error page could not be shown", page.Reference);
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(Plain(page));
        }
    }

    private static string Plain(ErrorPage page)
    {
        var html = HtmlEncoder.Default;
        return $"""
            <!DOCTYPE html>
            <html lang="ja"><head><meta charset="utf-8"><title>{html.Encode(page.Title)}</title></head>
            <body><h1>{html.Encode(page.Title)}</h1>{string.Concat(page.Words.Select(words => $"<p>{html.Encode(words)}</p>"))}
            <p>お問い合わせ番号 <code>{html.Encode(page.Reference)}</code></p></body></html>
            """;
    }

    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        AntiforgeryValidationException => StatusCodes.Status400BadRequest,
        _ when IsOutage(exception) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Database or blob store away, starting, stopping or out of connections.</summary>
    private static bool IsOutage(Exception? exception) => exception switch
    {
        null => false,
        // 08 connection, 53 resources, 57P operator's intervention, 25006 a primary that is none any more.
        PostgresException database => database.SqlState[..2] is "08" or "53" || database.SqlState == "25006" || database.SqlState.StartsWith("57P", StringComparison.Ordinal),
        // The server said nothing: broken off, not reached, no host that takes writes, no connection free.
        NpgsqlException => true,
        RequestFailedException storage => storage.Status is 0 or 429 or >= 500 || IsOutage(storage.InnerException),
        AggregateException several => several.InnerExceptions.All(IsOutage),
        SocketException or TimeoutException => true,
        _ => IsOutage(exception.InnerException),
    };
}
