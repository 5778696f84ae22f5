using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Limits;

/// <summary>
/// Limits counted in each process by the framework, for pages that are cheap and ask nothing of the database that would be worth protecting with a
/// statement to it: <c>[EnableRateLimiting(ProcessLimits.Simulator)]</c>.
/// </summary>
public static class ProcessLimits
{
    public const string Simulator = "simulator";
    public const string PasswordStrength = "password-strength";

    public static void Add(IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<LimitOptions>>((limiter, limits) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) =>
            {
                rejected.HttpContext.SayWhenToComeAgain(rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1));
                return ValueTask.CompletedTask;
            };
            ByAddress(limiter, Simulator, limits.Value.Simulator);
            ByAddress(limiter, PasswordStrength, limits.Value.PasswordStrength);
        });
    }

    private static void ByAddress(RateLimiterOptions limiter, string policy, LimitSetting setting) => limiter.AddPolicy(policy, context =>
        RateLimitPartition.GetTokenBucketLimiter(RateLimits.Address(context), _ => Bucket(setting)));

    /// <summary>Filled ten times over its time, by at least one.</summary>
    private static TokenBucketRateLimiterOptions Bucket(LimitSetting setting)
    {
        var parts = Math.Min(10, setting.Count);
        return new() { TokenLimit = setting.Count, TokensPerPeriod = setting.Count / parts, ReplenishmentPeriod = setting.Per / parts, QueueLimit = 0, AutoReplenishment = true };
    }
}
