"""Recipes: TOML with units as a researcher writes it, and the program made from it."""

from benchpump.recipes.containers import Container, find_container, load_containers
from benchpump.recipes.problems import Problem, RecipeError
from benchpump.recipes.profiles import Profile, find_profile, load_profiles
from benchpump.recipes.program import Program, Segment
from benchpump.recipes.recipe import Recipe, load_recipe, parse_recipe

__all__ = [
    "Container",
    "Problem",
    "Profile",
    "Program",
    "Recipe",
    "RecipeError",
    "Segment",
    "find_container",
    "find_profile",
    "load_containers",
    "load_profiles",
    "load_recipe",
    "parse_recipe",
]
