using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace GrantPortal.Web.Shared.Security;

/// <summary>Finds the page a form stood on: by convention the address it posts to, otherwise where the browser came from.</summary>
public sealed class StepAddress(EndpointDataSource endpoints, ParameterPolicyFactory policies)
{
    /// <summary>Path and query of a page that exists for GET.</summary>
    public string Of(HttpContext context)
    {
        var request = context.Request;
        if (HasPage(context, request.Path)) return request.Path + request.QueryString;
        if (request.LocalReferer() is { } referer && HasPage(context, referer.Split('?')[0])) return referer;
        return context.Features.Get<Actor>() is { IsStaff: true } ? "/review" : "/applications";
    }

    private bool HasPage(HttpContext context, PathString path) => endpoints.Endpoints.OfType<RouteEndpoint>().Any(endpoint =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods && methods.HttpMethods.Contains(HttpMethods.Get)
        && Matches(context, endpoint.RoutePattern, path));

    private bool Matches(HttpContext context, RoutePattern pattern, PathString path)
    {
        var values = new RouteValueDictionary();
        if (!new TemplateMatcher(new RouteTemplate(pattern), new RouteValueDictionary(pattern.Defaults)).TryMatch(path, values)) return false;
        foreach (var (name, references) in pattern.ParameterPolicies)
        {
            foreach (var reference in references)
            {
                var holds = policies.Create(pattern.GetParameter(name), reference) is not IRouteConstraint constraint
                    || constraint.Match(context, route: null, name, values, RouteDirection.IncomingRequest);
                if (!holds) return false;
            }
        }
        return true;
    }
}
