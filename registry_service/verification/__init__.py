"""The answer: may this person practise today?"""
