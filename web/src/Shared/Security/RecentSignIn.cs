using GrantPortal.Web.Shared.Errors;

namespace GrantPortal.Web.Shared.Security;

/// <summary>Marks a sensitive act: it asks for a sign-in not longer ago than <see cref="RecentSignIn.Lasts"/>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RecentSignInAttribute : Attribute;

/// <summary>Marks what staff may do before they have shown a second factor: setting one up, and signing out.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class OneFactorSufficesAttribute : Attribute
{
    /// <summary>Where one is set up.</summary>
    public const string SetUp = "/account/second-factor";
}

/// <summary>
/// Asks again who is there before a sensitive act. What was posted is parked, so that after the answer it stands in the same step again; a page
/// that shows forms with sensitive acts takes it from there as after a session that had expired.
/// </summary>
public sealed class RecentSignIn(ParkedPosts parked, StepAddress steps, TimeProvider clock)
{
    /// <summary>How long a sign-in, or its confirmation, is recent.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(15);

    /// <summary>Where one confirms.</summary>
    public const string Page = "/confirm";

    /// <summary>False: call <see cref="AskAsync"/>.</summary>
    public bool Holds(HttpContext context) => context.Session() is { } session && clock.GetUtcNow() < session.VerifiedAt + Lasts;

    /// <summary>Answers the request with the way to the confirmation and back, or 401 to a script. A controller returns <c>new EmptyResult()</c> after it.</summary>
    public async Task AskAsync(HttpContext context)
    {
        if (context.Request.IsFromScript())
        {
            ErrorPages.Say(context, "この操作の前に、もう一度ご本人の確認が必要です。画面を開き直してください。");
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var address = context.Request.Path + context.Request.QueryString;
        if (!context.Request.IsRead())
        {
            address = steps.Of(context);
            await parked.ParkAsync(context, address);
        }
        context.Response.Redirect(Page + QueryString.Create("returnUrl", address));
    }
}
