using System.Collections;
using System.Reflection;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Access;

/// <summary>One endpoint of the running portal with one of its methods.</summary>
/// <param name="Pattern">Without constraints and without a slash before it: <c>applications/{id}/edit</c>.</param>
/// <param name="Parameters">Names in the order of the address.</param>
/// <param name="FormIds">What else carries an id: names of fields and query parameters that bind to a Guid.</param>
public sealed record Route(string Method, string Pattern, Rule Rule, IReadOnlyList<string> Parameters, IReadOnlyList<string> FormIds)
{
    public bool IsRead => HttpMethods.IsGet(Method) || HttpMethods.IsHead(Method);

    public string Name => $"{Method} /{Pattern}";

    /// <summary>The pattern as far as a parameter: <c>applications/{id}</c>.</summary>
    public string UpTo(string parameter) => Pattern[..(Pattern.IndexOf($"{{{parameter}}}", StringComparison.Ordinal) + parameter.Length + 2)];

    public string Address(IReadOnlyDictionary<string, string> values) =>
        "/" + Parameters.Aggregate(Pattern, (path, name) => path.Replace($"{{{name}}}", Uri.EscapeDataString(values[name]), StringComparison.Ordinal));

    public override string ToString() => Name;

    /// <summary>Endpoints that have an address, static files apart.</summary>
    public static IReadOnlyList<RouteEndpoint> Endpoints(IServiceProvider services) =>
        [.. services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null)];

    /// <summary>Every endpoint × method. Each has its permission: another test fails where one has not.</summary>
    public static IReadOnlyList<Route> All(IServiceProvider services) =>
    [
        .. from endpoint in Endpoints(services)
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [HttpMethods.Get, HttpMethods.Post]
           let pattern = PatternOf(endpoint.RoutePattern)
           orderby pattern, method
           select new Route(method, pattern, Permissions.Of(endpoint.Metadata.GetRequiredMetadata<PermitAttribute>().Permission), [.. endpoint.RoutePattern.Parameters.Select(p => p.Name)], FormIdsOf(endpoint)),
    ];

    private static string PatternOf(RoutePattern pattern) => string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
        _ => "",
    }))));

    private static string[] FormIdsOf(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not { } action) return [];
        var names = action.MethodInfo.GetParameters().Where(p => endpoint.RoutePattern.GetParameter(p.Name!) is null).SelectMany(p => IdsIn(p.ParameterType, p.Name!, depth: 0));
        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static IEnumerable<string> IdsIn(Type type, string name, int depth)
    {
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(Guid) || typeof(IEnumerable<Guid>).IsAssignableFrom(type)) return [name];
        var form = depth < 3 && type.Namespace?.StartsWith("GrantPortal", StringComparison.Ordinal) == true && !type.IsEnum && !typeof(IEnumerable).IsAssignableFrom(type);
        return !form
            ? []
            : type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true })
                .SelectMany(p => IdsIn(p.PropertyType, depth == 0 ? p.Name : $"{name}.{p.Name}", depth + 1));
    }
}
