using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Limits;

/// <summary>Counts a request that brings files, by account and by address, before a byte of it is read: 429 when there were too many.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UploadLimitAttribute : Attribute, IAsyncResourceFilter
{
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        var limit = http.RequestServices.GetRequiredService<IOptions<LimitOptions>>().Value;
        var account = http.Features.Get<Actor>()?.UserId;
        var wait = await http.RequestServices.GetRequiredService<RateLimits>().TakeAsync(
            new Bucket($"upload:account:{account:N}", limit.UploadByAccount), new Bucket($"upload:address:{RateLimits.Address(http)}", limit.UploadByAddress));
        if (wait is not { } until)
        {
            await next();
            return;
        }
        http.SayWhenToComeAgain(until, LimitWords.UploadsTooOften(until));
        context.Result = new StatusCodeResult(StatusCodes.Status429TooManyRequests);
    }
}
