using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Errors;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;

namespace GrantPortal.Web.Shared.Security;

/// <summary>
/// A form whose token no longer holds, most often because the person signed in again in another tab: says so, and keeps what was typed for
/// the page it came from.
/// </summary>
public sealed class StaleForms(ParkedPosts parked, StepAddress steps) : IAsyncAlwaysRunResultFilter
{
    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        if (context.Result is IAntiforgeryValidationFailedResult)
        {
            var http = context.HttpContext;
            var address = steps.Of(http);
            var kept = http.Features.Get<Actor>() is not null && await parked.ParkAsync(http, address);
            ErrorPages.Say(http,
                "画面を開いてから時間がたったか、別の画面でログインし直したため、送信を受け付けられませんでした。"
                + (kept ? "入力した内容は、元の画面に戻ると表示されます。" : "元の画面を開き直して、もう一度操作してください。"),
                back: address);
        }
        await next();
    }
}
